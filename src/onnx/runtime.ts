/** ONNX Runtime, which tells nobody. */
import "./no_telemetry.ts";
export { InferenceSession, Tensor } from "onnxruntime-node";
