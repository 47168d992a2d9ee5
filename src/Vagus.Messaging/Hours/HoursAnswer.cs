namespace Vagus.Messaging.Hours;

/// <summary>A business calendar for screens that say whether the clinic is open at a time.</summary>
/// <param name="TimeZone">Where its clock is.</param>
/// <param name="Week">The stretches of every weekday, such as <c>08:00-12:00</c>; none where it is closed.</param>
/// <param name="Days">Days with other stretches than their weekday; none where they are closed.</param>
internal sealed record HoursAnswer(
    string TimeZone, IReadOnlyDictionary<string, IReadOnlyList<string>> Week, IReadOnlyDictionary<string, IReadOnlyList<string>> Days);
