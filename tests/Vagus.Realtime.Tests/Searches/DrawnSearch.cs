namespace Vagus.Realtime.Tests.Searches;

/// <summary>A search of the property test, with what it finds by the facts of a record.</summary>
internal sealed record DrawnSearch(string Query, Func<SearchedRecord, bool> Finds)
{
    public static DrawnSearch Draw(Random random)
    {
        var type = random.Next(3) == 0 ? "Observation" : "Appointment";
        var parts = Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => type == "Appointment" ? OfAppointment(random) : OfObservation(random)).ToList();
        var order = random.Next(3) switch { 0 => "&_sort=-_lastUpdated", 1 => "&_sort=date", _ => "" };
        return new DrawnSearch(
            $"{type}?{string.Join('&', parts.Select(part => part.Query))}{order}",
            record => record.Type == type && parts.TrueForAll(part => part.Finds(record)));
    }

    private static DrawnSearch OfAppointment(Random random)
    {
        var status = SearchedRecord.Statuses[random.Next(3)];
        var both = random.Next(2) == 0;
        return random.Next(12) switch
        {
            0 => new($"status={status}", record => record.Status == status),
            1 => new($"status:not={status}", record => record.Status != status),
            2 => new("status=booked,arrived", record => record.Status is "booked" or "arrived"),
            3 => new($"practitioner:missing={(both ? "true" : "false")}", record => record.Doctor is null == both),
            4 => new($"appointment-type:text=visit%20nº%20{(both ? "" : "3%20arztin")}", record => both || record.Number == 3),
            5 => new("reason-code:missing=true", _ => true),
            _ => Shared(random),
        };
    }

    private static DrawnSearch OfObservation(Random random)
    {
        var status = SearchedRecord.Statuses[random.Next(3)];
        var number = random.Next(1, 9);
        return random.Next(10) switch
        {
            0 => new($"code=http://loinc.org|{status}", record => record.Status == status),
            1 => new($"code=http://loinc.org|{status},|arrived", record => record.Status == status),
            2 => new($"value-quantity=gt{number}", record => record.Number > number),
            3 => new($"value-quantity=le{number * 1000}|http://unitsofmeasure.org|mg", record => record.Number <= number),
            4 => new("status=final", record => record.IsFinal),
            5 => new(
                $"code-value-quantity=http://loinc.org|{status}$ge{number}", record => record.Status == status && record.Number >= number),
            _ => Shared(random),
        };
    }

    private static DrawnSearch Shared(Random random)
    {
        var (day, number, patient, doctor) = (random.Next(24, 28), random.Next(1, 9), $"p{random.Next(2)}", random.Next(3));
        return random.Next(8) switch
        {
            0 => new($"date=2026-11-{day}", record => record.Day == day),
            1 => new($"date=ge2026-11-{day}", record => record.Day >= day),
            2 => new($"date=lt2026-11-{day}", record => record.Day < day),
            3 => new($"patient={patient}", record => record.Patient == patient),
            4 => new($"patient:Patient={patient}", record => record.Patient == patient),
            5 => new($"identifier={SearchedRecord.System}|{number}", record => record.Number == number),
            6 => new($"_id=ap{doctor},ob{number}", record => record.Id == $"ap{doctor}" || record.Id == $"ob{number}"),
            _ => new($"{(random.Next(2) == 0 ? "_lastUpdated=gt2000" : "_lastUpdated=ge2026-01-01")}", _ => true),
        };
    }
}
