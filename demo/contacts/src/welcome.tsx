import type { JSX } from 'react'

/** Shown beside the list while no contact is chosen. */
export function Welcome(): JSX.Element {
  return (
    <div className="welcome">
      <p className="welcome-lead">
        Choose a contact, or press <kbd>n</kbd> for a new one.
      </p>
      <ul className="welcome-tries">
        <li>
          <strong>Two windows.</strong> Share → open a second window, and type in both.
        </li>
        <li>
          <strong>No network.</strong> Work offline, close the page, come back tomorrow: everything
          is here, and everything is sent when the line is back.
        </li>
        <li>
          <strong>A server that says no.</strong> Give someone the phone number “CALL ME”.
        </li>
        <li>
          <strong>Traffic.</strong> Start the generator below the list.
        </li>
      </ul>
    </div>
  )
}
