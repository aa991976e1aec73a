import type { CutSpec, DelaySpec, DiskSpec, FaultSpec, LinkEnd, RuleSpec } from '../../faults/spec.ts'

/** What a fault does, in one sentence without its full stop. */
export function describeFault(spec: FaultSpec): string {
  switch (spec.kind) {
    case 'freeze':
      return `Broker ${spec.brokerId} is frozen`
    case 'cut':
      return `The link ${linkText(spec)} is cut`
    case 'delay':
      return `The link ${linkText(spec)} is slow: ${spec.delayMs} ms${jitterText(spec)}`
    case 'disk':
      return diskText(spec)
    case 'rule':
      return ruleText(spec)
  }
}

function linkText({ from, to, oneWay }: CutSpec | DelaySpec): string {
  return oneWay ? `from ${endText(from)} to ${endText(to)}` : `between ${endText(from)} and ${endText(to)}`
}

function endText(end: LinkEnd): string {
  return end === 'clients' ? 'clients' : `broker ${end}`
}

function jitterText({ jitterMs }: DelaySpec): string {
  return jitterMs === 0 ? '' : ` and up to ${jitterMs} ms more`
}

function diskText({ brokerId, state, delayMs }: DiskSpec): string {
  if (state === 'full') return `The disk of broker ${brokerId} is full`
  if (state === 'failing') return `The disk of broker ${brokerId} fails`
  return `The disk of broker ${brokerId} is slow: ${delayMs} ms more for each commit and each read`
}

function ruleText({ match, when, action }: RuleSpec): string {
  const about = [
    match.clientId === null ? '' : ` from ${match.clientId}`,
    match.topic === null ? '' : ` for topic ${match.topic}`,
    match.brokerId === null ? '' : ` to broker ${match.brokerId}`,
  ].join('')
  return `${whenText(when, match.api)}${about} ${actionText(action)}`
}

function whenText(when: RuleSpec['when'], api: string): string {
  switch (when.type) {
    case 'always':
      return `Every ${api} request`
    case 'nth':
      return `Request number ${when.n} of ${api}`
    case 'next':
      return when.n === 1 ? `The next ${api} request` : `Each of the next ${when.n} ${api} requests`
    case 'every':
      return when.n === 1 ? `Every ${api} request` : `One ${api} request in ${when.n}`
    case 'probability':
      return `A ${api} request, with probability ${when.probability} (seed ${when.seed}),`
  }
}

function actionText(action: RuleSpec['action']): string {
  switch (action.type) {
    case 'error':
      return `is answered ${action.error}`
    case 'drop':
      return 'is never answered'
    case 'delay':
      return `is delayed by ${action.delayMs} ms`
    case 'close':
      return 'closes its connection'
  }
}
