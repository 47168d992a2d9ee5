using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Care.Charts;

/// <summary>
/// The names in an answer: that of the patient, and those of the users in it, by one query for all. Rows keep users by id. The names of
/// users never change and users are never deleted: a kept chart holds the current ones.
/// </summary>
internal sealed record ChartNames(string? Patient, IReadOnlyDictionary<string, string> Users)
{
    public static async ValueTask<ChartNames> Of(
        IFindUsers users, ChartView view, ILookup<FactKind, FactRow> rows, IEnumerable<string?> people, CancellationToken cancel)
    {
        var caller = view.Reach.Caller;
        // Who else has access to a portal account, and when they read, is nothing that patients are told.
        List<string> asked =
        [
            .. people.OfType<string>().Distinct(StringComparer.Ordinal)
                .Where(user => caller.Role != Role.Patient || user == caller.User.Value),
        ];
        var patient = rows[FactKind.Patient].First().Read(ChartJson.Default.ChartPerson).Name;
        return new ChartNames(patient, await users.NamesOf(view.Reach.Tenant, asked, cancel));
    }

    public static IEnumerable<string?> OwnersOf(IEnumerable<ChartAlert> alerts) => alerts.Select(alert => alert.Owner?.UserId);

    public IReadOnlyList<ChartAlert> PutInto(IEnumerable<ChartAlert> alerts) =>
        [.. alerts.Select(alert => alert with { PatientName = Patient, Owner = WithName(alert.Owner) })];

    public IReadOnlyList<ResultViewing> PutInto(IEnumerable<ResultViewing> viewings) =>
        [.. viewings.Select(viewing => viewing with { Name = Users.GetValueOrDefault(viewing.UserId) })];

    private AlertOwner? WithName(AlertOwner? owner) =>
        owner is { UserId: { } user } ? owner with { Name = Users.GetValueOrDefault(user) } : owner;
}
