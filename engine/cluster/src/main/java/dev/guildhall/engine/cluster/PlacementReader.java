package dev.guildhall.engine.cluster;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.engine.model.ModelConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Reads {@code {"epoch":1,"layers":[[expert of slot 0, …], …],"weights":[[weight of slot 0, …],
 * …]}}, one list per MoE layer; weights may be left out.
 */
public final class PlacementReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Other fields are for people or for later ranks. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Document(long epoch, int[][] layers, int[][] weights) {}

  private PlacementReader() {}

  /**
   * The placement of a file, or contiguous ranges without one. A list for the MTP layer may follow
   * those of the main model; without it that layer is split into contiguous ranges.
   *
   * @param file null: contiguous ranges, epoch 0
   * @throws InvalidPlacementException naming the layer and what is wrong with it
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Placement read(Path file, ModelConfig config, int ranks) {
    Document document = file == null ? new Document(0, new int[0][], null) : parse(file);
    int decoderLayers = config.layers() + config.mtpLayers();
    int moeLayers = config.layers() - config.denseLayers();
    int given = document.layers().length;
    if (file != null && given != moeLayers && given != moeLayers + config.mtpLayers()) {
      throw new InvalidPlacementException(
          "%s has %d layers, the model has %d with experts".formatted(file, given, moeLayers));
    }
    int[][] slots = new int[decoderLayers][];
    Arrays.fill(slots, 0, config.denseLayers(), new int[0]);
    for (int layer = config.denseLayers(); layer < decoderLayers; layer++) {
      int index = layer - config.denseLayers();
      slots[layer] =
          index < given
              ? checked(document.layers()[index], index, config.experts(), ranks)
              : Placement.contiguous(config.experts(), ranks);
    }
    return new Placement(
        document.epoch(), ranks, slots, weights(document, config.denseLayers(), slots));
  }

  private static int[][] weights(Document document, int denseLayers, int[][] slots) {
    int[][] weights = new int[slots.length][0];
    int[][] given = document.weights();
    if (given == null) {
      return weights;
    }
    if (given.length != document.layers().length) {
      throw new InvalidPlacementException(
          "weights has %d layers, layers has %d".formatted(given.length, document.layers().length));
    }
    for (int index = 0; index < given.length; index++) {
      int number = index;
      int[] layer = given[index];
      if (layer == null || layer.length != slots[denseLayers + index].length) {
        throw new InvalidPlacementException(
            "weights[%d] has %d slots, layers[%d] has %d"
                .formatted(
                    index,
                    layer == null ? 0 : layer.length,
                    index,
                    document.layers()[index].length));
      }
      IntStream.range(0, layer.length)
          .filter(slot -> layer[slot] < 0)
          .findFirst()
          .ifPresent(
              slot -> {
                throw new InvalidPlacementException(
                    "weights[%d][%d] is negative: %d".formatted(number, slot, layer[slot]));
              });
      weights[denseLayers + index] = layer;
    }
    return weights;
  }

  private static Document parse(Path file) {
    try {
      Document document = JSON.readValue(Files.readString(file), Document.class);
      if (document.layers() == null) {
        throw new InvalidPlacementException(file + " has no field layers");
      }
      return document;
    } catch (JsonProcessingException e) {
      throw new InvalidPlacementException(file + " is no placement: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] checked(int[] slots, int index, int experts, int ranks) {
    String layer = "layers[" + index + "]";
    if (slots == null || slots.length % ranks != 0) {
      throw new InvalidPlacementException(
          "%s has %d slots, which do not divide over %d ranks"
              .formatted(layer, slots == null ? 0 : slots.length, ranks));
    }
    BitSet seen = new BitSet();
    for (int expert : slots) {
      if (expert < 0 || expert >= experts) {
        throw new InvalidPlacementException(
            "%s names expert %d, the model has %d".formatted(layer, expert, experts));
      }
      seen.set(expert);
    }
    if (seen.cardinality() < experts) {
      throw new InvalidPlacementException(
          "%s gives expert %d no slot".formatted(layer, seen.nextClearBit(0)));
    }
    return slots;
  }
}
