package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies cache pages between the device and the host, layer after layer, in the order of the
 * stream. For one thread at a time.
 */
final class CachePages {
  private final DeviceMemory memory;
  private final List<Buffer> layers;
  private final int layerBytes;

  /**
   * Fills the MTP layer's pages with zeros: it has no entry at position 0, and none at all while
   * nobody drafts, yet whole pages go over.
   *
   * @param pageBytes of a page over all layers, the MTP layer included
   */
  CachePages(DeviceMemory memory, Model model, int pageBytes) {
    this.memory = memory;
    var mtp = model.mtp() == null ? List.<Buffer>of() : List.of(model.mtp().layer().cache());
    mtp.forEach(cache -> memory.fill(cache, (byte) 0));
    layers = Stream.concat(model.layers().stream().map(Layer::cache), mtp.stream()).toList();
    layerBytes = pageBytes / layers.size();
  }

  byte[] read(int page) {
    byte[] content = new byte[layers.size() * layerBytes];
    for (int i = 0; i < layers.size(); i++) {
      byte[] part = memory.bytes(part(i, page), layerBytes);
      System.arraycopy(part, 0, content, i * layerBytes, layerBytes);
    }
    return content;
  }

  void write(int page, byte[] content) {
    for (int i = 0; i < layers.size(); i++) {
      memory.put(part(i, page), Arrays.copyOfRange(content, i * layerBytes, (i + 1) * layerBytes));
    }
  }

  private Buffer part(int layer, int page) {
    return layers.get(layer).part((long) page * layerBytes, layerBytes);
  }
}
