import { type JSX, useEffect, useId } from 'react'
import { useMyPresence, useOthers } from 'react-collab'
import { Face, Faces } from './face.js'
import { peopleOf, type Shown } from './faces.js'
import { MePanel } from './me-panel.js'
import { usePerson } from './person.js'

interface WhoIsHereProps {
  readonly object: string
  /** Which part of it this page shows. */
  readonly at?: string | undefined
}

/** Who else has this open, and who one is oneself. */
export function WhoIsHere({ object, at }: WhoIsHereProps): JSX.Element {
  const [person, setPerson] = usePerson()
  const [, update] = useMyPresence<Shown>(object, person)
  const others = useOthers(object, peopleOf)
  const panel = useId()
  useEffect(() => update({ ...person, at }), [update, person, at])
  return (
    <div className="people">
      <Faces faces={others} label="Also here" most={3} />
      <button
        type="button"
        className="me"
        popoverTarget={panel}
        aria-label={`You are ${person.name}. Change name and colour`}
      >
        <Face {...person} />
      </button>
      <MePanel id={panel} person={person} onChange={setPerson} />
    </div>
  )
}
