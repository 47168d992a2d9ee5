using System.Text.Json;
using Vagus.Care.Deriving.Reading;

namespace Vagus.Care.Charts;

/// <summary>Encounters, and what was ordered and done during them.</summary>
internal static class EncounterFacts
{
    public static IEnumerable<Fact> Of(JsonElement encounter, DateTimeOffset at)
    {
        if (encounter.Status() is not ("in-progress" or "onleave" or "finished" or "unknown")) yield break;
        var period = encounter.Child("period");
        var body = new KeptEncounter(
            encounter.Status(),
            encounter.Codings("class").FirstOrDefault()?.Code,
            encounter.Concept("type"),
            period?.Text("start"),
            period?.Text("end"),
            Lookups.EncounterProvider(encounter),
            encounter.Concept("reasonCode"));
        yield return Fact.Of(
            FactKind.Encounter, encounter.Id(), ClinicalTime.Of(at, period?.Text("start")), body, ChartJson.Default.KeptEncounter);
    }

    public static IEnumerable<Fact> OfProcedure(JsonElement procedure, DateTimeOffset at)
    {
        if (procedure.Status() is "not-done") yield break;
        var performed = procedure.Text("performedDateTime") ?? procedure.Child("performedPeriod")?.Text("start");
        yield return Fact.Of(
            FactKind.Procedure,
            procedure.Id(),
            ClinicalTime.Of(at, performed),
            new CodedText(procedure.Concept("code"), procedure.Coding("code", Systems.Snomed)),
            ChartJson.Default.CodedText) with { Link = RecordFacts.LinkTo(procedure, "encounter", "Encounter") };
    }

    /// <summary>An order for the laboratory or for imaging; it is in the chart while it is active. A biopsy is neither.</summary>
    public static IEnumerable<Fact> OfOrder(JsonElement order, DateTimeOffset at)
    {
        if (!order.IsOrder() || order.IsBiopsyOrder() || order.Status() is "draft") yield break;
        if (order.IsLaboratory()) yield return Order(order, FactKind.LabOrder, "lab", at);
        if (order.IsImaging()) yield return Order(order, FactKind.ImagingOrder, "imaging", at);
    }

    private static Fact Order(JsonElement order, FactKind kind, string name, DateTimeOffset at) => Fact.Of(
        kind,
        order.Id(),
        ClinicalTime.Of(at, order.Text("authoredOn")),
        new OrderView(order.Id(), name, order.Concept("code")),
        ChartJson.Default.OrderView) with
        {
            IsLive = order.Status() is "active",
            Link = RecordFacts.LinkTo(order, "encounter", "Encounter"),
        };
}
