package io.imagetools.common.imagelist;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.image.Tag;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListLineWriterTest {
  private static final Digest DIGEST = Digest.sha256("content");

  @ParameterizedTest
  @CsvSource({
    "nginx:1,h.io/nginx:1,docker.io/library/nginx h.io/nginx 1",
    "nginx:1,h.io/nginx:2,docker.io/library/nginx:1 h.io/nginx:2",
    "nginx,h.io/nginx,docker.io/library/nginx h.io/nginx latest",
  })
  void writes_three_fields_if_the_tags_are_equal(String source, String destination, String line) {
    assertThat(ListLineWriter.line(ImageReference.parse(source), ImageReference.parse(destination)))
        .isEqualTo(line);
  }

  @Test
  void writes_two_fields_for_a_pinned_source() {
    ImageReference source = ImageReference.parse("a/b:1@" + DIGEST);

    assertThat(ListLineWriter.line(source, ImageReference.parse("h.io/b:1")))
        .isEqualTo("docker.io/a/b:1@" + DIGEST + " h.io/b:1");
  }

  @Test
  void what_it_writes_is_read_back_as_the_same() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      ImageReference source = reference(random, random.nextInt(4));
      ImageReference destination = reference(random, 0);

      ListLine line = ImageListParser.parse(1, ListLineWriter.line(source, destination));

      assertThat(line).isInstanceOf(ListLine.Entry.class);
      ListLine.Entry entry = (ListLine.Entry) line;
      assertThat(entry.source().reference()).isEqualTo(source);
      assertThat(reference(entry.destination())).isEqualTo(destination);
    }
  }

  private static @Nullable ImageReference reference(@Nullable WrittenImage image) {
    return image == null ? null : image.reference();
  }

  private static ImageReference reference(Random random, int form) {
    List<String> hosts =
        List.of("docker.io", "localhost", "h.io", "r.example.org:5000", "[::1]:5000");
    List<String> paths = List.of("nginx", "library/nginx", "a/b/c", "x--y__z.w", "docker/io");
    List<Tag> tags = List.of(Tag.LATEST, new Tag("v1.0_x-Y"), new Tag("_"));
    Repository repository = new Repository(new Registry(pick(random, hosts)), pick(random, paths));
    return switch (form) {
      case 1 -> repository.pinned(DIGEST);
      case 2 -> new ImageReference(repository, pick(random, tags), DIGEST);
      default -> repository.tagged(pick(random, tags));
    };
  }

  private static <T> T pick(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
