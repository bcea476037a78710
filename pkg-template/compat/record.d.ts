// Records.

import type { GenericConstructor, Rules } from "./mapping.js";

export type Dict<Key extends PropertyKey = PropertyKey, Value = any> = { [K in Key]: Value };
/** Columns and their types. */
export type RecordShape<Key extends PropertyKey = PropertyKey, Value = any> = Dict<Key, Value>;

type MapVisitor<ReturnType, Entries extends RecordShape = RecordShape, Key extends keyof Entries = keyof Entries> =
  (value: Entries[Key], key: Key, record: Record<Entries>) => ReturnType;
type Visitor<Entries extends RecordShape = RecordShape, Key extends keyof Entries = keyof Entries> =
  MapVisitor<void, Entries, Key>;

/** The values of one row, by key or by position. */
export class Record<
  Entries extends RecordShape = RecordShape, Key extends keyof Entries = keyof Entries,
  FieldLookup extends RecordShape<keyof Entries, number> = RecordShape<keyof Entries, number>,
> {
  constructor(keys: Key[], fields: any[], fieldLookup?: FieldLookup);
  keys: Key[];
  length: number;
  forEach(visitor: Visitor<Entries, Key>): void;
  map<Value>(visitor: MapVisitor<Value, Entries, Key>): Value[];
  /** The row as an instance of a class, or by rules. */
  as<T extends {} = Object>(rules: Rules): T;
  as<T extends {} = Object>(genericConstructor: GenericConstructor<T>, rules?: Rules): T;
  entries(): IterableIterator<[string, any]>;
  values(): IterableIterator<Object>;
  [Symbol.iterator](): IterableIterator<Object>;
  toObject(): Entries;
  /** @throws Neo4jError where there is no such column */
  get<K extends keyof Entries = keyof Entries>(key: K): Entries[K];
  get(n: number): any;
  has(key: Key | string | number): boolean;
}
