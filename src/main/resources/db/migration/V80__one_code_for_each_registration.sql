-- One registration is by one code. "former": its user left and came in again by another one.
ALTER TABLE invitation ADD COLUMN former BOOLEAN NOT NULL DEFAULT false;

-- Of two that one user spent, the later was not needed.
UPDATE invitation SET state = 'open', invitee_id = NULL, ended_at = NULL
WHERE state = 'redeemed' AND EXISTS (
    SELECT FROM invitation AS earlier
    WHERE earlier.state = 'redeemed' AND earlier.invitee_id = invitation.invitee_id
        AND (earlier.ended_at, earlier.id) < (invitation.ended_at, invitation.id));

CREATE UNIQUE INDEX invitation_redeemed_once ON invitation (invitee_id) WHERE state = 'redeemed' AND NOT former;
