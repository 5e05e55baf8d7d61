package io.imagetools.worker.program;

import java.util.List;

/** The programs this project runs, and from which version on they serve. */
public enum KnownProgram {
  /** 1.9: the first whose {@code copy} has what is used here; 1.9.3 and 1.18 are tested. */
  SKOPEO("skopeo", new Version(1, 9, 0), List.of("--version")),

  /**
   * 0.12: takes descriptors as files and keeps all of their platform; 0.13.1 is tested. One of 0.30
   * or newer is never run: it adds attestations to what it is told to list.
   */
  BUILDX("docker-buildx", new Version(0, 12, 0), List.of("version"));

  private final String fileName;
  private final Version floor;
  private final List<String> versionArguments;

  KnownProgram(String fileName, Version floor, List<String> versionArguments) {
    this.fileName = fileName;
    this.floor = floor;
    this.versionArguments = versionArguments;
  }

  /** What its file is called. */
  public String fileName() {
    return fileName;
  }

  /** What people call it. */
  public String displayName() {
    return this == BUILDX ? "docker buildx" : fileName;
  }

  /** The oldest version that serves. */
  public Version floor() {
    return floor;
  }

  List<String> versionArguments() {
    return versionArguments;
  }
}
