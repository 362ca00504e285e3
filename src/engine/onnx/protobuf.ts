/**
 * The part of ONNX's schema that our graphs use, with the field numbers of the standard (onnx/onnx.proto, IR version 10), encoded by
 * protobufjs. Field names are the standard's in camel case.
 */
import protobuf from 'protobufjs/light.js';

const int64 = { type: 'int64' } as const;
const text = { type: 'string' } as const;

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { ...int64, id: 1 },
        producerName: { ...text, id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
      },
    },
    OperatorSetIdProto: { fields: { domain: { ...text, id: 1 }, version: { ...int64, id: 2 } } },
    GraphProto: {
      fields: {
        node: { rule: 'repeated', type: 'NodeProto', id: 1 },
        name: { ...text, id: 2 },
        initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      },
    },
    NodeProto: {
      fields: {
        input: { rule: 'repeated', ...text, id: 1 },
        output: { rule: 'repeated', ...text, id: 2 },
        name: { ...text, id: 3 },
        opType: { ...text, id: 4 },
        attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
        domain: { ...text, id: 7 },
      },
    },
    AttributeProto: {
      fields: {
        name: { ...text, id: 1 },
        f: { type: 'float', id: 2 },
        i: { ...int64, id: 3 },
        s: { type: 'bytes', id: 4 },
        g: { type: 'GraphProto', id: 6 },
        floats: { rule: 'repeated', type: 'float', id: 7 },
        ints: { rule: 'repeated', ...int64, id: 8 },
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: 'repeated', ...int64, id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { ...text, id: 8 },
        rawData: { type: 'bytes', id: 9 },
        externalData: { rule: 'repeated', type: 'StringStringEntryProto', id: 13 },
        dataLocation: { type: 'int32', id: 14 },
      },
    },
    StringStringEntryProto: { fields: { key: { ...text, id: 1 }, value: { ...text, id: 2 } } },
    ValueInfoProto: { fields: { name: { ...text, id: 1 }, type: { type: 'TypeProto', id: 2 } } },
    TypeProto: { fields: { tensorType: { type: 'TensorTypeProto', id: 1 } } },
    TensorTypeProto: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } } },
    TensorShapeProto: { fields: { dim: { rule: 'repeated', type: 'DimensionProto', id: 1 } } },
    DimensionProto: {
      oneofs: { value: { oneof: ['dimValue', 'dimParam'] } },
      fields: { dimValue: { ...int64, id: 1 }, dimParam: { ...text, id: 2 } },
    },
  },
});

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, graph: 5, floats: 6, ints: 7 } as const;
/** TensorProto.DataType */
export const DATA_TYPE = {
  float32: 1,
  float16: 10,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  int8: 3,
  uint4: 21,
} as const;
/** TensorProto.DataLocation */
export const EXTERNAL_DATA_LOCATION = 1;

/** Bytes of a message given as a plain object. */
export function encodeMessage(
  type: 'ModelProto' | 'GraphProto' | 'TensorProto',
  message: Readonly<Record<string, unknown>>,
): Uint8Array {
  const known = root.lookupType(type);
  return known.encode(known.fromObject(message)).finish();
}

/** Type of a field whose value follows its length. */
const LENGTH_DELIMITED = 2;

/** What stands before the bytes of a field that is written apart from its message; fields of one message may follow each other in any order. */
export function fieldHead(type: string, field: string, bytes: number): Uint8Array {
  const { id } = root.lookupType(type).fields[field] ?? {};
  if (id === undefined) throw new Error(`${type} has no field ${field}`);
  return protobuf.Writer.create()
    .uint32((id << 3) | LENGTH_DELIMITED)
    .uint32(bytes)
    .finish();
}
