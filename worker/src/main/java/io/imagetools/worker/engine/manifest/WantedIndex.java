package io.imagetools.worker.engine.manifest;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Platform;
import io.imagetools.common.image.PlatformPattern;
import io.imagetools.common.image.PlatformSelector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a source's index the destination shall offer.
 *
 * @param index what the destination's tag shall say
 * @param whole whether that is all of the source's index, so that its very bytes serve
 * @param selected how many images were asked for; 0: the image has none of the platforms
 * @param platforms what the wanted index offers
 * @param missing what was asked for and is not in the image
 */
public record WantedIndex(
    ImageIndex index,
    boolean whole,
    int selected,
    List<Platform> platforms,
    List<PlatformPattern> missing) {

  /** Copies the lists. */
  public WantedIndex {
    platforms = List.copyOf(platforms);
    missing = List.copyOf(missing);
  }

  /**
   * Chooses the children: those selected, those the destination has and the source still lists, and
   * the attestations of both, in the source's order.
   *
   * @param source what the source offers
   * @param selector what was asked for
   * @param resolved the platforms of children that state none in the index, where known; those that
   *     stay unknown are artifacts and go with the whole index only
   * @param existing what the destination has that is to be kept; null for nothing
   */
  public static WantedIndex choose(
      ImageIndex source,
      PlatformSelector selector,
      Map<Digest, List<Platform>> resolved,
      @Nullable ImageIndex existing) {
    List<Descriptor> images = source.children().stream().filter(child -> !follows(child)).toList();
    Set<Digest> wanted = new LinkedHashSet<>();
    List<Platform> offered = new ArrayList<>();
    List<Platform> all = new ArrayList<>();
    int selected = 0;
    for (Descriptor image : images) {
      List<Platform> platforms = platforms(image, resolved);
      all.addAll(platforms);
      boolean chosen = selector.isAll() || platforms.stream().anyMatch(selector::matches);
      if (chosen) {
        selected++;
      }
      if (chosen || existing != null && existing.lists(image.digest())) {
        wanted.add(image.digest());
        offered.addAll(platforms);
      }
    }
    boolean everyImage = images.stream().allMatch(image -> wanted.contains(image.digest()));
    List<Descriptor> children =
        everyImage ? source.children() : withAttestations(source, images, wanted);
    boolean whole = everyImage;
    return new WantedIndex(
        whole ? source : source.with(children),
        whole,
        selected,
        offered,
        selector.missingFrom(all));
  }

  private static List<Descriptor> withAttestations(
      ImageIndex source, List<Descriptor> images, Set<Digest> wanted) {
    Set<Descriptor> isImage = new HashSet<>(images);
    return source.children().stream()
        .filter(
            child ->
                isImage.contains(child)
                    ? wanted.contains(child.digest())
                    : child.attested().filter(wanted::contains).isPresent())
        .toList();
  }

  /** Whether a child is about another: it is never chosen for its own sake. */
  private static boolean follows(Descriptor child) {
    return child.runsNowhere() || child.attested().isPresent();
  }

  private static List<Platform> platforms(Descriptor image, Map<Digest, List<Platform>> resolved) {
    return image
        .platform()
        .map(List::of)
        .orElseGet(() -> resolved.getOrDefault(image.digest(), List.of()));
  }
}
