/** The table by which onnxruntime-node's own install script fetches what is no part of its package; read with a schema. */
declare module 'onnxruntime-node/script/install-metadata.js' {
  const metadata: unknown;
  export default metadata;
}
