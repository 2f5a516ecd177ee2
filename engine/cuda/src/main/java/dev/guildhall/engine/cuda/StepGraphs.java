package dev.guildhall.engine.cuda;

import static dev.guildhall.engine.cuda.Driver.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/**
 * Steps as CUDA graphs: one launch in place of some thousand, or one for each stretch between
 * exchanges with other ranks. A shape's first step runs kernel by kernel, which also loads them;
 * its second is captured; later ones are launched as captured.
 */
final class StepGraphs implements AutoCloseable {
  private final Device device;
  private final Set<Stretch> seen = new HashSet<>();
  private final Map<Stretch, CUgraphExec> graphs = new HashMap<>();

  /** What a step does without a gap; {@code index} counts those of a step. */
  record Stretch(StepShape shape, int index) {}

  StepGraphs(Device device) {
    this.device = device;
  }

  /**
   * Runs a stretch's kernels.
   *
   * @param work launches them on the device's stream and does nothing else: no copies, no waiting
   */
  void run(Stretch stretch, Runnable work) {
    CUgraphExec graph = graphs.get(stretch);
    if (graph == null && (!stretch.shape().rounded() || seen.add(stretch))) {
      work.run();
      return;
    }
    if (graph == null) {
      graph = capture(stretch, work);
      graphs.put(stretch, graph);
    }
    check(JCudaDriver.cuGraphLaunch(graph, device.stream()), "cuGraphLaunch of " + stretch);
  }

  /** Stretches that have a graph. */
  Set<Stretch> captured() {
    return Set.copyOf(graphs.keySet());
  }

  private CUgraphExec capture(Stretch stretch, Runnable work) {
    check(
        JCudaDriver.cuStreamBeginCapture(
            device.stream(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "cuStreamBeginCapture of " + stretch);
    CUgraph graph = new CUgraph();
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      // The stream must not stay in a capture; what went wrong is in the exception.
      if (JCudaDriver.cuStreamEndCapture(device.stream(), graph) == 0) {
        JCudaDriver.cuGraphDestroy(graph);
      }
      throw e;
    }
    check(
        JCudaDriver.cuStreamEndCapture(device.stream(), graph), "cuStreamEndCapture of " + stretch);
    CUgraphExec executable = new CUgraphExec();
    int error = JCudaDriver.cuGraphInstantiate(executable, graph, 0);
    JCudaDriver.cuGraphDestroy(graph);
    check(error, "cuGraphInstantiate of " + stretch);
    return executable;
  }

  /** Forgets all, because what was captured has moved or changed. */
  void clear() {
    close();
    seen.clear();
  }

  @Override
  public void close() {
    graphs.values().forEach(JCudaDriver::cuGraphExecDestroy);
    graphs.clear();
  }
}
