import { describe, test } from 'vitest';
import { storeConformance } from './conformance.ts';
import { createMemoryDatabase, type MemoryDatabase, openMemoryStore } from './memory.ts';

const databases = new Map<string, MemoryDatabase>();

describe('B26: memory keeps the contract of all drivers', () => {
  storeConformance(
    { describe, test },
    {
      label: 'memory',
      open: async (name) => {
        const database = databases.get(name) ?? createMemoryDatabase();
        databases.set(name, database);
        return openMemoryStore(database);
      },
    },
  );
});
