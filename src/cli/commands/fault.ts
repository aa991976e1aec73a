import { ClusterError, FaultProblem, checkFaultSpec, parseLink, readFaultEntry } from '../../broker/index.ts'
import type { ControlClient, Fault, FaultSpec, LinkEnd } from '../../broker/index.ts'
import { integerOption, parseArguments } from '../arguments.ts'
import { clusterFolder, folderHelp, folderOptions } from '../cluster-folder.ts'
import { ExitCode, UsageError } from '../command.ts'
import type { Command } from '../command.ts'
import { withControl } from '../control.ts'
import { ruleOf, ruleOptions } from '../faults/rule-options.ts'
import type { RuleValues } from '../faults/rule-options.ts'
import { faultsText } from '../faults/text.ts'

const options = {
  ...folderOptions,
  ...ruleOptions,
  json: { type: 'boolean' },
  ms: { type: 'string' },
  jitter: { type: 'string' },
  'one-way': { type: 'boolean' },
} as const

interface Values extends RuleValues {
  ms?: string | undefined
  jitter?: string | undefined
  'one-way'?: boolean | undefined
}

/** What a line asks for, once it is understood: carried out on a running cluster, told as faults. */
type Errand = (control: ControlClient) => Promise<Fault[]>

const MAX_ID = 2_147_483_647
const MAX_MS = 600_000

export const fault: Command = {
  help: `Usage: ottla fault list|clear [options]
       ottla fault add ENTRY [options]
       ottla fault remove ID [ID…] [options]
       ottla fault freeze|thaw BROKER [options]
       ottla fault cut|heal LINK [--one-way] [options]
       ottla fault delay LINK --ms N [--jitter N] [--one-way] [options]
       ottla fault disk BROKER full|fail|ok [options]
       ottla fault disk BROKER slow --ms N [options]
       ottla fault rule --api NAME [match] [when] action [options]

Makes things go wrong in a running cluster. A fault stays until it is removed, and is kept with the cluster;
only a frozen broker thaws when it ends. To kill, stop and start brokers there is "ottla broker".

  list    show the faults with their ids and how often each has acted
  add     a fault as in a scenario file, such as '{cut: 1-2}' (see "ottla help up")
  remove  take faults away by their ids; clear takes all
  freeze  a broker stands still as under SIGSTOP: its sockets stay open, nothing is answered
  cut     nothing gets through a link, and nobody is told (packets are dropped, connections hang);
          what is still waited for when it heals arrives then
  delay   each direction of a link takes longer
  heal    take every cut and delay of a link away
  disk    slow: each commit and read takes longer; fail: reads and writes fail, the log directory goes offline
          and stays so until the broker starts again, as in Kafka; full: what has no room is refused with
          KAFKA_STORAGE_ERROR, leaderships stay, and records are taken again as soon as there is room (Kafka
          takes the log directory offline then, too: use fail to see that)
  rule    act on certain requests

A LINK is 1-2 for brokers 1 and 2, clients-2 for all clients and broker 2. With --one-way only what goes from the
first to the second is concerned.

Which requests a rule matches:
  --api NAME     Kafka's name of the API or its key, such as Produce or 0
  --client ID    the client's id; * and ? stand for any characters and any one (default: all but brokers)
  --topic NAME   requests that name this topic; * and ? as above. With --error, other topics of the request get
                 their true answers where the API answers topic by topic; an error of the whole request or group
                 (such as NOT_COORDINATOR), and ShareFetch, are refused whole
  --broker ID    only at this broker

Which of them it acts on, counted over all brokers (default: every one):
  --nth N        the N-th · --next N  the first N · --every N  each N-th
  --probability P [--seed N]
                 each with probability P; the same seed picks the same ones

What it does:
  --error NAME   answer with an error, such as NOT_LEADER_OR_FOLLOWER, without doing what it refuses
  --drop         never answer · --close  close the connection · --delay MS  answer later

Options:
${folderHelp}
  --json         print the faults concerned as one line of JSON

Exit codes: 0 done, 1 it failed, 2 the command line is wrong, 3 the cluster is not running.
`,

  async run(args, terminal) {
    const { values, positionals } = parseArguments(args, options, args.length)
    const errand = await errandOf(positionals, values).catch(asUsage)
    const faults = await withControl(clusterFolder(values), errand)
    terminal.out(values.json ? `${JSON.stringify(faults)}\n` : faultsText(faults))
    return ExitCode.ok
  },
}

const seeList = '"ottla fault list" shows what is in force.'

/** A fault that makes no sense is a command line that makes none. */
function asUsage(error: unknown): never {
  if (error instanceof FaultProblem) throw new UsageError(`${error.reason}. ${error.remedy}.`)
  throw error
}

async function errandOf([verb, ...rest]: string[], values: Values): Promise<Errand> {
  switch (verb) {
    case undefined:
      throw new UsageError('Which fault?')
    case 'list':
      takes(rest, 0)
      return (control) => control.faults()
    case 'clear':
      takes(rest, 0)
      return clear
    case 'remove':
      return removal(rest.map((text) => brokerOrFault('A fault', text)))
    case 'add':
      takes(rest, 1, 'Which fault, as in {cut: 1-2}?')
      return application(await readFaultEntry(rest[0] ?? ''))
    case 'freeze':
      takes(rest, 1, 'Which broker is to freeze?')
      return application({ kind: 'freeze', brokerId: brokerOrFault('The broker', rest[0]) })
    case 'thaw':
      takes(rest, 1, 'Which broker is to thaw?')
      return taking(isFreezeOf(brokerOrFault('The broker', rest[0])), `Broker ${rest[0]} is not frozen.`)
    case 'cut':
      return application(checkFaultSpec({ kind: 'cut', ...linkOf(rest, values) }))
    case 'delay':
      return application(delayOf(rest, values))
    case 'heal': {
      const link = linkOf(rest, values)
      return taking((spec) => isOfLink(spec, link), `The link ${rest[0]} has no fault.`)
    }
    case 'disk':
      return diskErrand(rest, values)
    case 'rule':
      takes(rest, 0)
      return application(ruleOf(values))
    default:
      throw new UsageError(`There is no fault "${verb}".`)
  }
}

const clear: Errand = async (control) => {
  await control.clearFaults()
  return []
}

function application(spec: FaultSpec): Errand {
  return async (control) => [await control.applyFault(spec)]
}

function removal(ids: readonly number[]): Errand {
  if (ids.length === 0)
    throw new UsageError('Which fault is to be removed? "ottla fault list" shows their ids.')
  return (control) => control.removeFaults(ids)
}

/** Takes away the faults which `isMeant` says; tells what is left. */
function taking(isMeant: (spec: FaultSpec) => boolean, none: string): Errand {
  return async (control) => {
    const meant = (await control.faults()).filter(({ spec }) => isMeant(spec))
    if (meant.length === 0) throw new ClusterError({ code: 'UNKNOWN_FAULT', message: none, remedy: seeList })
    return control.removeFaults(meant.map(({ id }) => id))
  }
}

function delayOf(rest: string[], values: Values): FaultSpec {
  const delayMs = integerOption('--ms', values.ms, 0, MAX_MS)
  if (delayMs === undefined) throw new UsageError('How long is the delay? Give --ms.')
  const jitterMs = integerOption('--jitter', values.jitter, 0, MAX_MS) ?? 0
  return checkFaultSpec({ kind: 'delay', ...linkOf(rest, values), delayMs, jitterMs })
}

function diskErrand(rest: string[], values: Values): Errand {
  takes(rest, 2, 'Which broker has which disk: slow, full, fail or ok?')
  const [id, state] = rest
  const brokerId = brokerOrFault('The broker', id)
  if (state === 'ok') {
    return taking(
      (spec) => spec.kind === 'disk' && spec.brokerId === brokerId,
      `The disk of broker ${brokerId} has no fault.`,
    )
  }
  const delayMs = integerOption('--ms', values.ms, 1, MAX_MS)
  if (state === 'slow' && delayMs === undefined) throw new UsageError('How slow is the disk? Give --ms.')
  return application(
    checkFaultSpec({ kind: 'disk', brokerId, state: state === 'fail' ? 'failing' : state, delayMs }),
  )
}

interface Link {
  from: LinkEnd
  to: LinkEnd
  oneWay: boolean
}

function linkOf(rest: string[], values: Values): Link {
  takes(rest, 1, 'Which link, as in 1-2 or clients-2?')
  return { ...parseLink(rest[0]), oneWay: values['one-way'] ?? false }
}

function isOfLink(spec: FaultSpec, { from, to, oneWay }: Link): boolean {
  if (spec.kind !== 'cut' && spec.kind !== 'delay') return false
  const isForth = spec.from === from && spec.to === to
  return isForth || (!oneWay && spec.from === to && spec.to === from)
}

function isFreezeOf(brokerId: number): (spec: FaultSpec) => boolean {
  return (spec) => spec.kind === 'freeze' && spec.brokerId === brokerId
}

function brokerOrFault(name: string, text: string | undefined): number {
  return integerOption(name, text ?? '', 0, MAX_ID) ?? 0
}

function takes(rest: readonly string[], count: number, question = ''): void {
  const surplus = rest[count]
  if (surplus !== undefined) throw new UsageError(`"${surplus}" is one argument too many.`)
  if (rest.length < count) throw new UsageError(question)
}
