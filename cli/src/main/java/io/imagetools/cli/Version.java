package io.imagetools.cli;

import io.imagetools.common.process.ProgramVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {
      "image-tools " + ProgramVersion.current(), "Java " + System.getProperty("java.version")
    };
  }
}
