"""Whose turn it is when there is an urgent lane and a patient one."""

__all__ = ["Turns"]

_PATIENT_EVERY = 4


class Turns:
    """Urgent before patient, but every fourth turn is a patient one's, so that a steady stream of urgent work starves nobody."""

    def __init__(self) -> None:
        self._urgent_in_a_row = 0

    def is_patients(self, urgent: bool, patient: bool) -> bool:
        """Whether the next turn is the patient lane's; the arguments say in which lanes there is something."""
        return patient and (not urgent or self._urgent_in_a_row >= _PATIENT_EVERY - 1)

    def took(self, patient: bool) -> None:
        """A turn was taken."""
        self._urgent_in_a_row = 0 if patient else self._urgent_in_a_row + 1
