import { describe, expect, it } from 'vitest'
import { fitOf } from '../../../../src/renderer/shell/fuzzy.ts'
import { partsOf, pickRows } from '../../../../src/renderer/shell/picks.ts'

const best = (typed: string, names: readonly string[]) =>
  names
    .map((name) => ({ name, fit: fitOf(typed, name) }))
    .filter(({ fit }) => fit !== null)
    .sort((one, other) => (other.fit?.score ?? 0) - (one.fit?.score ?? 0))
    .map(({ name }) => name)

describe('what is typed', () => {
  it('fits names that have its letters in their order, in either case', () => {
    expect(best('ord', ['ORDERS', 'keyboard', 'drowsy', 'o-r-d'])).toEqual(['ORDERS', 'o-r-d', 'keyboard'])
  })

  it('fits the start of a name best, then the start of a word, then any place, then letters strewn about', () => {
    const names = ['o.x.r.d', 'xorder', 'late-orders', 'orders']
    expect(best('ord', names)).toEqual(['orders', 'late-orders', 'xorder', 'o.x.r.d'])
  })

  it('fits initials of words', () => {
    expect(fitOf('pdl', 'payments-dead-letters')?.at).toEqual([0, 9, 14])
    expect(best('pdl', ['paddle-things', 'payments-dead-letters'])[0]).toBe('payments-dead-letters')
  })

  it('may be several words in any order', () => {
    expect(best('eu orders', ['orders.us', 'orders.eu', 'eu.payments'])[0]).toBe('orders.eu')
    expect(best('orders eu', ['payments.eu', 'orders'])).toEqual([])
  })

  it('prefers the shorter of two names that fit alike', () => {
    expect(best('orders', ['orders-retry', 'orders'])).toEqual(['orders', 'orders-retry'])
  })

  it('fits Korean names too', () => {
    expect(best('클러', ['새 클러스터', '토픽'])).toEqual(['새 클러스터'])
  })
})

describe('rows', () => {
  const pick = (id: string, label = id) => ({ id, label, icon: '', run: () => undefined })
  const groups = [
    { id: 'recent', label: 'Recent', picks: [pick('payments')] },
    { id: 'none', label: 'None', picks: [] },
    { id: 'all', label: 'All', picks: [pick('orders'), pick('payments'), pick('audit')] },
  ]
  const shown = (typed: string) => pickRows(groups, typed).map((row) => `${row.kind} ${row.id}`)

  it('stand under their headings while nothing is typed; an empty group has none', () => {
    expect(shown(' ')).toEqual([
      'heading heading recent',
      'pick payments',
      'heading heading all',
      'pick orders',
      'pick payments',
      'pick audit',
    ])
  })

  it('are those that fit once something is, each once', () => {
    expect(shown('a')).toEqual(['pick audit', 'pick payments'])
    expect(shown('pay')).toEqual(['pick payments'])
    expect(shown('zzz')).toEqual([])
  })

  it('of ten thousand names come while one types', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => pick(`team-${index % 97}.events-${index}.v1`))
    const beganMs = performance.now()
    const rows = pickRows([{ id: 'all', label: '', picks: many }], 'te9ev')
    expect(rows.length).toBeGreaterThan(100)
    // A tenth of a second is what feels immediate; it takes a fraction of that on an idle machine.
    expect(performance.now() - beganMs).toBeLessThan(500)
  })
})

it('a name is cut where typed letters begin and end', () => {
  expect(partsOf('orders', [0, 1, 4])).toEqual([
    { text: 'or', isTyped: true },
    { text: 'de', isTyped: false },
    { text: 'r', isTyped: true },
    { text: 's', isTyped: false },
  ])
})
