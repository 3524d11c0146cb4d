import { expect, test } from 'vitest';
import { persist, storageInfo } from './origin-storage.ts';

test('what the browser tells of its storage is told, and nothing where it tells nothing', async () => {
  const estimate = async () => ({ usage: 1000, quota: 5000, usageDetails: { indexedDB: 900 } });
  expect(await storageInfo({ estimate, persisted: async () => true })).toEqual({ usage: 1000, quota: 5000, databases: 900, isPersisted: true });
  expect(await storageInfo({ estimate: async () => ({ usage: 1, quota: 2 }) })).toEqual({ usage: 1, quota: 2, isPersisted: false });
  expect(await storageInfo({ estimate: async () => ({}) })).toBeUndefined();
  expect(await storageInfo({ estimate: () => Promise.reject(new TypeError('not allowed')) })).toBeUndefined();
  expect(await storageInfo(undefined)).toBeUndefined();
});

test('a browser that is asked to keep the storage may do so, refuse, or not know how', async () => {
  expect(await persist({ persist: async () => true })).toEqual({ isAccepted: true });
  expect(await persist({ persist: async () => false })).toMatchObject({ isAccepted: false, code: 'Denied' });
  await expect(persist(undefined)).rejects.toMatchObject({ kind: 'unsupported' });
});
