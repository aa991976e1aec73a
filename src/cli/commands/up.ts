import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ClusterSupervisor,
  ControlServer,
  ScenarioRun,
  readScenario,
  systemClock,
} from '../../broker/index.ts'
import type { BrokerStatus, ClusterEvent, ClusterStatus, LogLevel, Scenario } from '../../broker/index.ts'
import { ExitCode } from '../command.ts'
import type { Command, Terminal } from '../command.ts'
import { createOrCheck, requireFreePorts } from '../up/cluster.ts'
import { Ending } from '../up/ending.ts'
import { parseUpOptions, upHelp } from '../up/options.ts'
import type { UpOptions } from '../up/options.ts'
import { logText, readyJson, readyText } from '../up/text.ts'
import type { Ready } from '../up/text.ts'

export const up: Command = {
  help: upHelp,

  async run(args, terminal) {
    const options = parseUpOptions(args)
    // Before anything is made: a file with a mistake in it leaves no cluster behind.
    const scenario = options.faults === undefined ? null : await readScenario(options.faults)
    const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'ottla-'))
    try {
      await runCluster(directory, options, scenario, terminal)
      return ExitCode.ok
    } finally {
      if (options.directory === null) rmSync(directory, { recursive: true, force: true })
    }
  },
}

/** Resolves when the cluster has been stopped, by a signal or through its control channel. */
async function runCluster(
  directory: string,
  options: UpOptions,
  scenario: Scenario | null,
  terminal: Terminal,
): Promise<void> {
  const ending = new Ending(() => {
    if (!options.json) terminal.err('Stopping the cluster. Ctrl+C again ends it at once.\n')
  })
  await createOrCheck(directory, options)
  const supervisor = await ClusterSupervisor.open(directory, { onEvent: reporter(options, terminal) })
  let control: ControlServer | null = null
  const faults = scenario === null ? null : scenarioRun(supervisor, scenario, terminal)
  // Whoever asked for a stop is answered after this: by then the folder and its ports are free for the next one.
  const shutDown = once(async () => {
    faults?.stop()
    await supervisor.stop()
    control?.withdraw()
    await supervisor.close()
  })
  try {
    const { brokers } = supervisor.status()
    await requireFreePorts(
      brokers.map(({ port }) => port),
      false,
    )
    control = await ControlServer.serve(supervisor, {
      stop: () => {
        ending.end()
        return shutDown()
      },
    })
    const announced = supervisor.start().then(async (status) => {
      await faults?.start()
      announce(status, options, terminal)
    })
    // A start that was interrupted fails, and nobody needs to hear of it.
    await Promise.race([announced, ending.reached])
    await ending.reached
  } finally {
    await shutDown()
    await control?.close()
  }
}

function scenarioRun(cluster: ClusterSupervisor, scenario: Scenario, terminal: Terminal): ScenarioRun {
  return new ScenarioRun({
    cluster,
    scenario,
    clock: systemClock,
    onProblem: ({ line }, error) => {
      const reason = error instanceof Error ? error.message : String(error)
      terminal.err(`ottla: The step in line ${line} of the scenario failed. ${reason}\n`)
    },
  })
}

function once(run: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | null = null
  return () => (result ??= run())
}

function announce(status: ClusterStatus, options: UpOptions, terminal: Terminal): void {
  const ready: Ready = {
    status,
    // Node counts from the process's start.
    startupMs: Math.round(performance.now()),
    isEphemeral: options.directory === null,
  }
  terminal.out(options.json ? readyJson(ready) : readyText(ready))
}

/** Writes to standard error what a person at the terminal should know: the log, and brokers that failed. */
function reporter(options: UpOptions, terminal: Terminal): (event: ClusterEvent) => void {
  const levels: LogLevel[] = options.verbose ? ['info', 'warn', 'error'] : ['warn', 'error']
  const told = new Map<number, string>()
  return (event) => {
    if (event.type === 'log' && levels.includes(event.line.level)) terminal.err(logText(event.line))
    if (event.type !== 'status') return
    for (const broker of event.status.brokers) tellFailure(broker, told, terminal)
  }
}

/** A status comes again and again; a failure is told once. */
function tellFailure({ id, failure }: BrokerStatus, told: Map<number, string>, terminal: Terminal): void {
  if (!failure) {
    told.delete(id)
  } else if (told.get(id) !== failure.message) {
    told.set(id, failure.message)
    terminal.err(`ottla: Broker ${id} failed. ${failure.message} ${failure.remedy}\n`)
  }
}
