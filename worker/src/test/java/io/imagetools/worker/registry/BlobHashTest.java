package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.image.Digest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlobHashTest {

  private static final int MARK = (int) BlobHash.BYTES_A_MARK;

  private final byte[] blob = new byte[2 * MARK + 1000];
  private final BlobHash hash;

  BlobHashTest() {
    new Random(5).nextBytes(blob);
    hash = new BlobHash(Digest.sha256(blob));
  }

  private void update(int from, int to) {
    byte[] piece = Arrays.copyOfRange(blob, from, to);
    hash.update(piece, piece.length);
  }

  @Test
  void goes_back_to_the_mark_before_a_position_and_on_from_there() {
    update(0, MARK + 5000);
    update(MARK + 5000, blob.length);

    assertThat(hash.rewind(2 * MARK - 1)).isEqualTo(MARK);
    update(MARK, blob.length);

    assertThatCode(hash::require).doesNotThrowAnyException();
    assertThat(hash.rewind(2 * MARK + 7)).isEqualTo(2 * MARK);
    update(2 * MARK, blob.length);
    assertThatCode(hash::require).doesNotThrowAnyException();
  }

  @Test
  void goes_back_to_the_beginning_before_the_first_mark() {
    update(0, 5000);

    assertThat(hash.rewind(10)).isZero();
    update(0, blob.length);

    assertThatCode(hash::require).doesNotThrowAnyException();
  }

  @Test
  void does_not_go_forward() {
    update(0, 5000);

    assertThat(hash.rewind(9000)).isEqualTo(5000);
  }

  @Test
  void other_bytes_are_seen() {
    update(1, blob.length);

    assertThatThrownBy(hash::require)
        .isInstanceOf(OtherBytesException.class)
        .hasMessageContaining("another digest");
  }
}
