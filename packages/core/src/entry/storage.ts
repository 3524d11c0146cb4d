/** Storage: the contract, its drivers, and the suite that tests a driver. */
export type { Epoch } from '../common/brand.ts';
export type { Durability, Persistence, StoreFault, StoreFaultCounts, StoreStatus } from '../common/durability.ts';
export type { ConformanceCase, ConformanceTarget, ConformanceTools } from '../storage/conformance.ts';
export { conformanceCases, storeConformance } from '../storage/conformance.ts';
export type { IndexedDbStoreOptions } from '../storage/indexeddb.ts';
export { openIndexedDbStore } from '../storage/indexeddb.ts';
export type { DatabaseDump, StoreDump } from '../storage/indexeddb-dump.ts';
export { dumpDatabase } from '../storage/indexeddb-dump.ts';
export type { Marker } from '../storage/marker.ts';
export type { MemoryDatabase } from '../storage/memory.ts';
export { createMemoryDatabase, createMemoryStore, openMemoryStore } from '../storage/memory.ts';
export type { Batch, DigestedTable, Entry, Key, KeyPart, Range, Store, Stretch, Table, Value } from '../storage/store.ts';
export { TABLES } from '../storage/store.ts';
