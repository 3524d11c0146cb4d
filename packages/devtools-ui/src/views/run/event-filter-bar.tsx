/** What narrows the list of events, all of it in the address: text or pattern, or what does not match it; categories; groups; workflow tasks. */
import { type ReactElement, useMemo } from 'react';
import type { EventView } from '../../models/event-rows.ts';
import type { GroupCategory } from '../../models/group-rules.ts';
import { TIME_FORMATS } from '../../state/preferences.ts';
import { useValue } from '../../state/use-value.ts';
import { Button } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { useDevtools, useViewState } from '../context.ts';
import { CATEGORY_ICONS } from '../tone.ts';

const CATEGORIES: readonly GroupCategory[] = ['workflow', 'activity', 'timer', 'child', 'signal', 'update', 'marker'];

export interface EventViewState {
  readonly view: EventView;
  readonly toggleGroup: (id: number) => void;
}

export function useEventView(): EventViewState {
  const [text] = useViewState('find');
  const [how] = useViewState('how');
  const [hidden] = useViewState('hide');
  const [mode] = useViewState('as');
  const [openText, setOpen] = useViewState('open');
  const view = useMemo(
    (): EventView => ({
      isGrouped: mode.includes('groups'),
      hasTasks: mode.includes('tasks'),
      filter: { text, isRegex: how.includes('regex'), isNot: how.includes('not'), hidden: new Set(listOf(hidden) as GroupCategory[]) },
      open: new Set(listOf(openText).map(Number)),
    }),
    [text, how, hidden, mode, openText],
  );
  return { view, toggleGroup: (id) => setOpen(toggled(openText, String(id))) };
}

const listOf = (text: string): string[] => text.split('.').filter((part) => part !== '');
const toggled = (text: string, part: string): string => {
  const parts = listOf(text);
  return (parts.includes(part) ? parts.filter((each) => each !== part) : [...parts, part]).join('.');
};

export interface EventFilterBarProps {
  readonly shown: number;
  readonly total: number;
  readonly isCaughtUp: boolean;
  /** What is wrong with the pattern. */
  readonly problem: string | undefined;
}

export function EventFilterBar({ shown, total, isCaughtUp, problem }: EventFilterBarProps): ReactElement {
  const { preferences } = useDevtools();
  const [text, setText] = useViewState('find');
  const [how, setHow] = useViewState('how');
  const [hidden, setHidden] = useViewState('hide');
  const [mode, setMode] = useViewState('as');
  const timeFormat = useValue(preferences, (state) => state.timeFormat);
  const hiddenList = listOf(hidden);
  return (
    <div className="pd-event-bar">
      <span className="pd-find">
        <input
          className="pd-input"
          type="search"
          data-search=""
          aria-label="Find in events: names, values, failures"
          aria-invalid={problem !== undefined}
          title={problem}
          placeholder="Find in events"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button look="quiet" aria-pressed={how.includes('regex')} title="The text is a regular expression" onClick={() => setHow(toggled(how, 'regex'))}>
          .*
        </Button>
        <Button look="quiet" aria-pressed={how.includes('not')} title="Show what does not match" onClick={() => setHow(toggled(how, 'not'))}>
          not
        </Button>
      </span>
      <Menu
        icon="filter"
        look={hiddenList.length > 0 ? 'plain' : 'quiet'}
        label={hiddenList.length > 0 ? `${hiddenList.length} hidden` : 'Filter'}
        sections={[
          {
            title: 'Shown',
            items: CATEGORIES.map((category) => ({
              label: category,
              icon: CATEGORY_ICONS[category],
              isChecked: !hiddenList.includes(category),
              run: () => setHidden(toggled(hidden, category)),
            })),
          },
        ]}
      />
      <Button
        look="quiet"
        aria-pressed={mode.includes('groups')}
        title="One row for each activity, timer, child, signal"
        onClick={() => setMode(toggled(mode, 'groups'))}
      >
        Groups
      </Button>
      <Button look="quiet" aria-pressed={mode.includes('tasks')} title="Show the events of workflow tasks" onClick={() => setMode(toggled(mode, 'tasks'))}>
        Tasks
      </Button>
      <Menu
        look="quiet"
        icon="clock"
        label={timeFormat}
        name={`Times: ${timeFormat}`}
        sections={[
          {
            title: 'Times are shown',
            items: TIME_FORMATS.map((format) => ({ label: format, isChecked: format === timeFormat, run: () => preferences.setState({ timeFormat: format }) })),
          },
        ]}
      />
      <span className="pd-event-count" role="status">
        {problem ?? (isCaughtUp ? `${shown.toLocaleString('en')} of ${total.toLocaleString('en')}` : `reading, ${total.toLocaleString('en')} so far`)}
      </span>
    </div>
  );
}
