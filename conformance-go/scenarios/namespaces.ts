import { begin, errorOf, type Harness, scenario, settle, start } from '../harness.ts';
import { ignoresSignals, receiveSignal } from './signals.workflows.ts';

const hours = (n: number) => ({ seconds: n * 3_600, nanos: 0 });
const STATES = ['Unspecified', 'Registered', 'Deprecated', 'Deleted'];

const service = (h: Harness) => h.client.workflowService;
const register = (h: Harness, namespace: string, retention: number) =>
  service(h).registerNamespace({ namespace, description: 'a namespace', workflowExecutionRetentionPeriod: hours(retention) });

/** What the engine says of a namespace, or the error. It has no clusters and no archive, and so no word of them. */
async function describeNamespace(h: Harness, namespace: string): Promise<Record<string, unknown>> {
  try {
    const { namespaceInfo, config } = await service(h).describeNamespace({ namespace });
    const { name, state, description, ownerEmail } = namespaceInfo;
    const retention = `${config.workflowExecutionRetentionTtl.seconds / 3_600}h0m0s`;
    return { name, state: STATES[state], description, ownerEmail, retention, isGlobal: false, historyArchival: 'Disabled' };
  } catch (error) {
    return { error: await errorOf(Promise.reject(error)) };
  }
}

/** Looks for a namespace page by page. */
async function isListed(h: Harness, namespace: string): Promise<boolean> {
  for (let nextPageToken: Uint8Array | undefined; ; ) {
    const page = await service(h).listNamespaces({ pageSize: 1, ...(nextPageToken && { nextPageToken }) });
    if (page.namespaces.some(({ namespaceInfo }) => namespaceInfo.name === namespace)) return true;
    if (page.nextPageToken.length === 0) return false;
    nextPageToken = page.nextPageToken;
  }
}

export default [
  scenario('go-namespaces/manage', 'register, describe, update, list, deprecate and delete', async (h) => {
    const namespace = 'go-namespace-managed';
    await register(h, namespace, 48);
    const registered = await describeNamespace(h, namespace);
    await service(h).updateNamespace({
      namespace,
      updateInfo: { description: 'updated namespace description', ownerEmail: 'newowner@mail.com' },
      config: { workflowExecutionRetentionTtl: hours(72) },
    });
    const [updated, listed] = [await describeNamespace(h, namespace), await isListed(h, namespace)];
    await service(h).deprecateNamespace({ namespace });
    const deprecated = await describeNamespace(h, namespace);
    await service(h).deleteNamespace({ namespace });
    let deleted = await describeNamespace(h, namespace);
    while (deleted['name'] !== undefined) {
      await h.sleep(25);
      deleted = await describeNamespace(h, namespace);
    }
    return { registered, updated, listed, deprecated, deleted };
  }),
  scenario('go-namespaces/errors', 'no retention, too little of it, a name that is taken, a name that is unknown', async (h) => {
    const namespace = 'go-namespace-taken';
    const none = await errorOf(service(h).registerNamespace({ namespace }));
    const short = await errorOf(service(h).registerNamespace({ namespace: `${namespace}-short`, workflowExecutionRetentionPeriod: { seconds: 1, nanos: 0 } }));
    await register(h, namespace, 24);
    const again = await errorOf(register(h, namespace, 24));
    return { none, short, again, unknown: await errorOf(service(h).describeNamespace({ namespace: 'no-such-namespace' })) };
  }),
  scenario('go-namespaces/isolation', "one workflow id runs in two namespaces; neither sees the other's run", async (h) => {
    await register(h, 'go-namespace-isolated', 24);
    const inside = await h.enter('go-namespace-isolated');
    const outer = await begin(h, receiveSignal);
    const before = (await errorOf(inside.client.workflow.getHandle(outer.workflowId).describe())) as { name: string };
    const inner = await begin(inside, receiveSignal);
    await inner.signal('your-signal-name', { Message: 'SOME_VALUE' });
    const result = await settle(inner.result());
    await outer.signal('your-signal-name', { Message: 'another' });
    return { notFoundBefore: before.name === 'NotFound', inside: result, outside: await settle(outer.result()) };
  }),
  scenario('go-namespaces/deprecated', 'a deprecated namespace refuses new workflows and finishes the running ones', async (h) => {
    const namespace = 'go-namespace-deprecated';
    await register(h, namespace, 24);
    const inside = await h.enter(namespace);
    const handle = await begin(inside, receiveSignal);
    await service(h).deprecateNamespace({ namespace });
    await handle.signal('your-signal-name', { Message: 'SOME_VALUE' });
    const refused = await errorOf(start(inside, ignoresSignals, [], { id: inside.id('new') }));
    return { describe: await describeNamespace(h, namespace), running: await settle(handle.result()), start: refused };
  }),
];
