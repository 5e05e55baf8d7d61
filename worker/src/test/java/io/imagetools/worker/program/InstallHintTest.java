package io.imagetools.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstallHintTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Linux    | ID=debian                                 | apt-get install skopeo | docker-buildx (Debian 13
          Linux    | ID=ubuntu;ID_LIKE=debian                  | apt-get install skopeo | apt-get install docker-buildx
          Linux    | ID=linuxmint;ID_LIKE="ubuntu debian"      | apt-get install skopeo | apt-get install docker-buildx
          Linux    | ID=alpine                                 | apk add skopeo         | apk add docker-cli-buildx
          Linux    | ID="rhel";ID_LIKE="fedora"                | dnf install skopeo     | dnf install docker-buildx
          Linux    | ID="opensuse-leap";ID_LIKE="suse opensuse"| zypper install skopeo  | zypper install docker-buildx
          Mac OS X | ''                                        | brew install skopeo    | brew install docker-buildx
          Linux    | ID=strange                                | skopeo/blob/main/install.md | docker/buildx#installing
          """)
  void names_the_command_of_the_system(String os, String release, String skopeo, String buildx) {
    InstallHint hint = new InstallHint(os, release.replace(';', '\n'));

    assertThat(hint.sentence(KnownProgram.SKOPEO)).contains(skopeo);
    assertThat(hint.sentence(KnownProgram.BUILDX)).contains(buildx);
  }
}
