package io.imagetools.worker.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** The body of a PUT that a transfer fills; it can't be sent twice. */
final class TransferContent extends AbstractHttpEntity {

  private final Transfer transfer;

  TransferContent(Transfer transfer) {
    super(ContentType.APPLICATION_OCTET_STREAM, null);
    this.transfer = transfer;
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public long getContentLength() {
    return transfer.size();
  }

  @Override
  public InputStream getContent() {
    throw new UnsupportedOperationException("it is written, not read");
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    transfer.writeTo(out);
  }

  @Override
  public void close() {
    // The source's answer is closed by who opened it.
  }
}
