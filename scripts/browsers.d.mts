import type { LaunchOptions } from '@playwright/test';

export function chromiumLaunch(): LaunchOptions | undefined;
export function firefoxUse(): { browserName: 'firefox'; channel?: string; launchOptions?: LaunchOptions } | undefined;
export function firefoxPath(): string | undefined;
export const NO_FIREFOX: string;
