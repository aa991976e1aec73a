import type { Command } from './command.ts'

/** Commands are loaded when they are called: a start must not wait for what the others need. */
export interface CommandEntry {
  name: string
  summary: string
  load(): Promise<Command>
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'up',
    summary: 'run a cluster in the foreground; create it the first time',
    load: async () => (await import('./commands/up.ts')).up,
  },
  {
    name: 'status',
    summary: 'show a cluster and its brokers',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'stop',
    summary: 'stop a running cluster',
    load: async () => (await import('./commands/stop.ts')).stop,
  },
  {
    name: 'broker',
    summary: 'kill, stop, start, add or remove a broker of a running cluster',
    load: async () => (await import('./commands/broker.ts')).broker,
  },
  {
    name: 'history',
    summary: 'show what happened in a cluster, and why',
    load: async () => (await import('./commands/history.ts')).history,
  },
  {
    name: 'fault',
    summary: 'freeze brokers, cut links, break disks, spoil requests',
    load: async () => (await import('./commands/fault.ts')).fault,
  },
  {
    name: 'demo',
    summary: 'run demo clients and print the rebalances of their group',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  {
    name: 'help',
    summary: 'show the help of a command',
    load: async () => (await import('./commands/help.ts')).help,
  },
]
