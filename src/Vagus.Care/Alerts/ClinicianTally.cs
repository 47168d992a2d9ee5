namespace Vagus.Care.Alerts;

/// <summary>
/// Counts the alerts of each person. One alert counts once for each owner it had, in the shift in which it came to the person first.
/// </summary>
internal sealed class ClinicianTally(AlertShifts shifts)
{
    /// <summary>Those with the most alerts are told.</summary>
    public const int MostPeople = 200;

    private readonly Dictionary<string, Counted> people = new(StringComparer.Ordinal);

    /// <param name="user">The person.</param>
    /// <param name="told">When it first came to the person; null for one who answered what was another's.</param>
    /// <param name="hasAnswered">Acknowledged or resolved it, by a call too.</param>
    public void Add(string user, DateTimeOffset? told, bool hasAnswered)
    {
        if (!people.TryGetValue(user, out var counted)) people[user] = counted = new Counted();
        if (hasAnswered) counted.Answered++;
        if (told is not { } at) return;
        counted.Alerts++;
        var shift = shifts.At(at);
        counted.ByShift[shift] = counted.ByShift.GetValueOrDefault(shift) + 1;
    }

    public IReadOnlyList<ClinicianFigures> ToFigures() =>
    [
        .. people.OrderByDescending(each => each.Value.Alerts).ThenBy(each => each.Key, StringComparer.Ordinal).Take(MostPeople)
            .Select(each => new ClinicianFigures(each.Key, null, each.Value.Alerts, each.Value.Answered, each.Value.ByShift.Count)
            {
                AlertsPerShift = each.Value.ByShift.Count == 0
                    ? null : Math.Round(each.Value.Alerts / (double)each.Value.ByShift.Count, 2),
                MostInAShift = each.Value.ByShift.Values.DefaultIfEmpty().Max(),
            }),
    ];

    private sealed class Counted
    {
        public int Alerts { get; set; }

        public int Answered { get; set; }

        public Dictionary<Shift, int> ByShift { get; } = [];
    }
}

/// <summary>How many alerts one person had.</summary>
/// <param name="UserId">The person.</param>
/// <param name="Name">The name to show; null where the person is not known any more.</param>
/// <param name="Alerts">Those that the person owned at some time.</param>
/// <param name="Answered">Those that the person acknowledged or resolved, also those of others.</param>
/// <param name="Shifts">In how many shifts alerts came to the person.</param>
internal sealed record ClinicianFigures(string UserId, string? Name, int Alerts, int Answered, int Shifts)
{
    /// <summary>In the mean of those shifts; null where there were none.</summary>
    public double? AlertsPerShift { get; init; }

    public int MostInAShift { get; init; }
}
