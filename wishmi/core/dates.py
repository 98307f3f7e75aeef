"""Dates and ages as Italian law counts them."""

from datetime import date


def birthday_in(born_on: date, year: int) -> date:
    """The day a person completes a year of age in `year`.

    Born on 29 February: 28 February in a common year, since a term that falls on a missing day ends with the last
    day of that month (Civil Code, art. 2963).
    """
    try:
        return born_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def age_on(born_on: date, day: date) -> int:
    """Completed years of age on `day`; raises ValueError for a day before birth."""
    if day < born_on:
        message = f"{day} is before the birth on {born_on}"
        raise ValueError(message)
    return day.year - born_on.year - (day < birthday_in(born_on, day.year))
