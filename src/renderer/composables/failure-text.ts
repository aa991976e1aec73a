import { useI18n } from 'vue-i18n'
import type { Failure } from '../../shared/channel/failure.ts'

export interface FailureText {
  cause: string
  remedy: string | null
}

/**
 * A failure in the user's language. The engine's own sentences are English and name exact values; another language
 * has a sentence for each code, and the engine's where it has none.
 */
export function useFailureText(): (failure: Failure) => FailureText {
  const { t, te, locale } = useI18n()
  const text = (key: string, engine: string | undefined) =>
    (locale.value !== 'en' || !engine) && te(key) ? t(key) : (engine ?? null)

  return ({ code, message, remedy }) => ({
    cause: text(`failures.${code}.cause`, message) ?? code,
    remedy: text(`failures.${code}.remedy`, remedy),
  })
}
