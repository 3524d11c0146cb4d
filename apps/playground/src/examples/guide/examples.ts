/** The examples beside the upload, in the order of the gallery. Another one is another entry here, and its workflow. */
import type { Example } from './example.ts';

export const EXAMPLES: readonly Example[] = [
  {
    id: 'reminder',
    title: 'Reminder',
    about: 'Reminds every 20 seconds until somebody says that it is done. It goes on counting while no page is open.',
    shows: ['timers', 'signals', 'queries'],
    workflowType: 'reminder',
    starts: [{ label: 'Start', args: () => ['Water the plants', 20] }],
    steps: [
      { label: 'Put off for a minute', do: { signal: 'snooze', args: [60] } },
      { label: 'Done', do: { signal: 'done' } },
    ],
    look: 'The head of the run counts down to the next reminder; the query says how many there were.',
  },
  {
    id: 'order',
    title: 'Order that is taken back',
    about: 'Charges, reserves and ships. The carrier fails; after four attempts what was done is undone, the last step first.',
    shows: ['retries', 'saga', 'failures'],
    workflowType: 'order',
    starts: [
      { label: 'Start: ships at the third attempt', args: (id) => [{ id, shippingFails: 2 }] },
      { label: 'Start: never ships', args: (id) => [{ id, shippingFails: 99 }] },
    ],
    steps: [],
    look: 'While it backs off, complete the activity by hand, or let it fail for good.',
  },
  {
    id: 'book',
    title: 'Book of 24 pages',
    about: 'One child workflow for each page, all at once. The parent waits for all of them.',
    shows: ['child workflows', 'fan-out'],
    workflowType: 'book',
    starts: [{ label: 'Start', args: () => [24] }],
    steps: [],
    look: 'Related shows the tree; the list counts what is running.',
  },
  {
    id: 'cart',
    title: 'Shopping cart',
    about: 'Lives for as long as the customer wants. Items come by updates, which are checked and answered; every five items it goes on as a new run.',
    shows: ['updates', 'continue-as-new', 'validators'],
    workflowType: 'cart',
    starts: [{ label: 'Start', args: () => [] }],
    steps: [
      { label: 'Add two apples', do: { update: 'addItem', args: ['apple', 2] } },
      { label: 'Add a pear', do: { update: 'addItem', args: ['pear', 1] } },
      { label: 'Add nothing (is rejected)', do: { update: 'addItem', args: ['', 1] } },
      { label: 'Check out', do: { signal: 'checkOut' } },
    ],
    look: 'Messages shows each update with its answer, Related the chain of runs.',
  },
  {
    id: 'trial',
    title: 'Trial of 30 days',
    about: 'Sleeps for a month, and costs nothing meanwhile. Close the browser: the timer fires when it is due, or when a page is open again.',
    shows: ['long timers', 'conditions with a timeout'],
    workflowType: 'trial',
    starts: [{ label: 'Start', args: () => ['Ada'] }],
    steps: [{ label: 'Choose the team plan', do: { signal: 'convert', args: ['team'] } }],
    look: 'Reload the page: the count-down goes on where it would be.',
  },
];
