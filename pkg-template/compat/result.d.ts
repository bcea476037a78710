// Results.

import type { Integer, NumberOrInteger } from "./integer.js";
import type { GenericConstructor, Rules } from "./mapping.js";
import type { Record, RecordShape } from "./record.js";
import type { ResultSummary } from "./summary.js";

interface GenericQueryResult<R> {
  records: R[];
  summary: ResultSummary;
}
/** What awaiting a result gives. */
export interface QueryResult<R extends RecordShape = RecordShape> extends GenericQueryResult<Record<R>> {}
/** The same of a result that is mapped. */
export interface MappedQueryResult<R> extends GenericQueryResult<R> {}

interface GenericResultObserver<R> {
  onKeys?: (keys: string[]) => void;
  onNext?: (record: R) => void;
  onCompleted?: (summary: ResultSummary) => void;
  onError?: (error: Error, runError?: boolean) => void;
}
export interface ResultObserver<R extends RecordShape = RecordShape> extends GenericResultObserver<Record<R>> {}

export interface PeekableAsyncIterator<T, TReturn = any, TNext = undefined> extends AsyncIterator<T, TReturn, TNext> {
  /** The next one, which stays the next. */
  peek: () => Promise<IteratorResult<T, TReturn>>;
}

declare class GenericResult<R, T extends GenericQueryResult<R>> implements Promise<T> {
  protected constructor();
  /** Records as instances of a class, or by rules. @throws Neo4jError once the result is being read */
  as<O extends {} = Object>(rules: Rules): MappedResult<O>;
  as<O extends {} = Object>(genericConstructor: GenericConstructor<O>, rules?: Rules): MappedResult<O>;
  keys(): Promise<string[]>;
  /** Gives up the records that have not come, and waits for the summary. */
  summary<S extends NumberOrInteger = Integer>(): Promise<ResultSummary<S>>;
  [Symbol.asyncIterator](): PeekableAsyncIterator<R, ResultSummary>;
  then<TResult1 = T, TResult2 = never>(
    onFulfilled?: ((value: T) => TResult1 | PromiseLike<TResult1>) | null,
    onRejected?: ((reason: any) => TResult2 | PromiseLike<TResult2>) | null,
  ): Promise<TResult1 | TResult2>;
  catch<TResult = never>(
    onRejected?: ((reason: any) => TResult | PromiseLike<TResult>) | null,
  ): Promise<T | TResult>;
  finally(onfinally?: (() => void) | null): Promise<T>;
  readonly [Symbol.toStringTag]: string;
  /** Has an observer told of all that comes from here on. */
  subscribe(observer: GenericResultObserver<R>): void;
  /** Whether neither its summary nor an error is known yet. */
  isOpen(): boolean;
}

/**
 * The records of a query: await it, iterate over it, or subscribe to it. Awaited again it gives the same.
 *
 * @example
 * for await (const record of session.run("MATCH (p:Person) RETURN p.name AS name")) console.log(record.get("name"));
 */
export class Result<R extends RecordShape = RecordShape> extends GenericResult<Record<R>, QueryResult<R>> {}
declare class MappedResult<R> extends GenericResult<R, MappedQueryResult<R>> {}

/** All of a result. */
export class EagerResult<Entries extends RecordShape = RecordShape> {
  constructor(keys: string[], records: Array<Record<Entries>>, summary: ResultSummary);
  keys: string[];
  records: Array<Record<Entries>>;
  summary: ResultSummary;
}

/** Makes of a result what `executeQuery` gives. */
export type ResultTransformer<T> = (result: Result) => Promise<T>;

interface Collected<R> {
  records: R[];
  keys: string[];
  summary: ResultSummary;
}
interface Mapping<R, T> {
  /** Records for which it gives `undefined` are left out. */
  map?: (rec: Record) => R | undefined;
  collect?: (records: R[], summary: ResultSummary, keys: string[]) => T;
}

/** Transformers of results. */
export const resultTransformers: {
  eager<Entries extends RecordShape = RecordShape>(): ResultTransformer<EagerResult<Entries>>;
  eagerResultTransformer<Entries extends RecordShape = RecordShape>(): ResultTransformer<EagerResult<Entries>>;
  mapped<R = Record, T = Collected<R>>(config: Mapping<R, T>): ResultTransformer<T>;
  mappedResultTransformer<R = Record, T = Collected<R>>(config: Mapping<R, T>): ResultTransformer<T>;
  first<Entries extends RecordShape = RecordShape>(): ResultTransformer<Record<Entries> | undefined>;
  summary<T extends NumberOrInteger = Integer>(): ResultTransformer<ResultSummary<T>>;
  hydrated<T extends {} = Object>(rules: Rules): ResultTransformer<{ records: T[]; summary: ResultSummary }>;
  hydrated<T extends {} = Object>(
    genericConstructor: GenericConstructor<T>, rules?: Rules,
  ): ResultTransformer<{ records: T[]; summary: ResultSummary }>;
};
