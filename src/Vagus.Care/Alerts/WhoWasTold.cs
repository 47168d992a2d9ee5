using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>
/// Of an alert that was corrected: those who were told what does not hold, had it, or did something about it. Its owner of now is told by
/// the alert itself.
/// </summary>
internal static class WhoWasTold
{
    /// <param name="write">Of the tenant.</param>
    /// <param name="alert">As it stands.</param>
    /// <param name="source">The event that it was raised by; one that corrected nothing answers nobody.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async ValueTask<IReadOnlyList<string>> Of(
        WriteTransaction write, Alert alert, string source, CancellationToken cancel)
    {
        var steps = await StepsOf(write, alert, cancel);
        var at = steps.FindIndex(step => step.Detail?.Source == source);
        if (at < 0) return [];
        var earlier = steps.Take(at);
        if (at == 0 && await AlertStore.Before(write, write.Tenant, alert, cancel) is { } before)
            earlier = await StepsOf(write, before, cancel);
        return
        [
            .. earlier.SelectMany(step => new[] { step.To, step.By }).OfType<string>().Distinct(StringComparer.Ordinal)
                .Where(user => user != steps[at].To),
        ];
    }

    private static async ValueTask<List<AlertStep>> StepsOf(WriteTransaction write, Alert alert, CancellationToken cancel) =>
        [.. (await AlertStore.StepsOf(write, write.Tenant, [alert.Id], cancel))[alert.Id]];
}
