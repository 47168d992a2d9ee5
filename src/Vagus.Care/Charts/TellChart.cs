using System.Globalization;
using System.Text.Json;
using Vagus.Care.Alerts;
using Vagus.Care.Imaging;
using Vagus.Events;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Care.Charts;

/// <summary>What one event changes in the charts of its patients.</summary>
internal sealed class TellChart(FactRows rows, JournalEvent told)
{
    // A foreign event may name many patients; each is a row.
    private const int MostPatients = 50;

    // Keys and links are indexed, and PostgreSQL's indexes hold no long texts. A FHIR id has 64 letters, and a key two of them and a type.
    private const int LongestKey = 250;

    public async ValueTask Apply(CancellationToken cancel)
    {
        // An event whose data cannot be read changes nothing: it must not stop the charts of everybody.
        if (EventCatalogue.TryDeserialize(told.Type, told.Body) is not { } data) return;
        foreach (var patient in told.Patients.Take(MostPatients)) await Apply(patient, data, cancel);
    }

    private ValueTask Apply(string patient, EventData data, CancellationToken cancel) => data switch
    {
        LabResultViewed viewed => View(patient, viewed, cancel),
        LabCriticalAlert critical => Critical(
            patient, AlertTexts.Of(critical), AlertMark.Of(critical, told.Resource, told.EventId), $"Observation/{critical.ObservationId}",
            cancel),
        LabCriticalCorrected corrected when corrected.PatientId == patient => Correct(
            patient, AlertTexts.Of(corrected), AlertMark.Of(corrected, told.Resource, told.EventId),
            $"Observation/{corrected.ObservationId}", cancel),
        RadiologyCriticalAlert critical => Critical(
            patient, AlertTexts.Of(critical), AlertMark.Of(critical, told.Resource, told.EventId), $"DiagnosticReport/{critical.ReportId}",
            cancel),
        AllergyContraindication issue => Contraindicate(patient, issue, cancel),
        EncounterSigned signed => Sign(patient, signed, cancel),
        RadiologyImageUploaded image => Attach(patient, image, cancel),
        AlertRaised raised => Raise(patient, raised, cancel),
        AlertAcknowledged acknowledged => Change(
            patient, acknowledged.AlertId, alert => alert with { State = "acknowledged", DueAt = acknowledged.DueAt }, cancel),
        AlertEscalated escalated => Change(
            patient,
            escalated.AlertId,
            alert => alert with
            {
                State = "escalated",
                Level = escalated.Level,
                DueAt = escalated.DueAt,
                Owner = OwnerOf(escalated.OwnerId, escalated.OwnerRole),
            },
            cancel),
        AlertResolved resolved => rows.End(patient, FactKind.Alert, resolved.AlertId, cancel),
        PatientAllergyRemoved removed => rows.EndForeign(patient, FactKind.Allergy, removed.AllergyId, cancel),
        EncounterStarted started => Meet(
            patient, started.EncounterId,
            new KeptEncounter(started.Status, started.Class, null, started.StartedAt, null, started.ProviderId, null), cancel),
        EncounterUpdated updated => Meet(
            patient, updated.EncounterId,
            new KeptEncounter(updated.Status, updated.Class, null, null, null, updated.ProviderId, null), cancel),
        EncounterCompleted completed => Meet(
            patient, completed.EncounterId,
            new KeptEncounter(completed.Status, completed.Class, null, null, completed.EndedAt, completed.ProviderId, null), cancel),
        _ => Note(patient, data, cancel),
    };

    /// <summary>Of a record of another system. What was told of it before is over.</summary>
    private async ValueTask Note(string patient, EventData data, CancellationToken cancel)
    {
        var origin = Foreign(told.Resource?.Split('/')[0] ?? "") with { Released = ForeignFacts.IsReleased(data) };
        foreach (var fact in ForeignFacts.Of(data, told.At).Where(fact => IsId(fact.Key) && IsId(fact.Link)))
        {
            await rows.EndForeign(patient, fact.Kind, fact.Key, cancel);
            rows.Add(patient, origin, fact);
        }
    }

    /// <summary>An encounter of another system: an event tells what has changed, and the rest stays.</summary>
    private async ValueTask Meet(string patient, string id, KeptEncounter now, CancellationToken cancel)
    {
        if (!IsId(id)) return;
        var before = await rows.FindForeign(patient, FactKind.Encounter, id, cancel) is { } body
            ? JsonSerializer.Deserialize(body, ChartJson.Default.KeptEncounter) : null;
        var encounter = before is null ? now : now with
        {
            Class = now.Class ?? before.Class,
            StartedAt = now.StartedAt ?? before.StartedAt,
            EndedAt = now.EndedAt ?? before.EndedAt,
            ProviderId = now.ProviderId ?? before.ProviderId,
        };
        await rows.EndForeign(patient, FactKind.Encounter, id, cancel);
        rows.Add(patient, Foreign("Encounter"), Fact.Of(
            FactKind.Encounter, id, ClinicalTime.Of(told.At, encounter.StartedAt), encounter, ChartJson.Default.KeptEncounter));
    }

    private async ValueTask View(string patient, LabResultViewed viewed, CancellationToken cancel)
    {
        var byPatient = told.PortalType == "patient";
        FactKind[] unread = byPatient
            ? [FactKind.PortalUnreadLab, FactKind.PortalUnreadImaging] : [FactKind.UnreadLab, FactKind.UnreadImaging];
        foreach (var kind in unread) await rows.End(patient, kind, viewed.ReportId, cancel);
        var viewing = new KeptViewing(viewed.ViewedBy, viewed.ViewedAt ?? told.At.ToString("O", CultureInfo.InvariantCulture), byPatient);
        var fact = Fact.Of(FactKind.Viewing, told.EventId, SortOf(), viewing, ChartJson.Default.KeptViewing);
        rows.Add(
            patient, await OriginOf("DiagnosticReport", viewed.ReportId, cancel), fact with { Link = $"DiagnosticReport/{viewed.ReportId}" });
    }

    /// <summary>
    /// It counts as an alert from here on, until the alert that is raised for it takes its place. What raises none, since it was imported
    /// or repeats another result, is critical and no alert.
    /// </summary>
    private async ValueTask Critical(string patient, ChartAlert alert, AlertMark mark, string link, CancellationToken cancel)
    {
        var origin = await OriginOf(link, cancel);
        var isAlert = (!mark.IsImport(told.At) || await IsOpen(patient, mark, cancel)) && !await Repeats(patient, mark, cancel);
        rows.Add(
            patient, origin,
            Fact.Of(FactKind.Critical, told.EventId, SortOf(), mark, ChartJson.Default.AlertMark) with { Link = link });
        if (isAlert) rows.Add(patient, origin, FactOf(alert with { Id = told.EventId }, link, SortOf(), mark.Subject));
    }

    /// <summary>
    /// The value is critical no longer. Where there was an alert of it, the chart says what became of the value until the alert that is
    /// raised for that takes its place.
    /// </summary>
    private async ValueTask Correct(string patient, ChartAlert alert, AlertMark mark, string link, CancellationToken cancel)
    {
        foreach (var (key, body) in await rows.Criticals(patient, cancel))
        {
            if (body.Length == 0 || JsonSerializer.Deserialize(body, ChartJson.Default.AlertMark)!.Subject != mark.Subject) continue;
            await rows.End(patient, FactKind.Critical, key, cancel);
        }

        if (!await IsOpen(patient, mark, cancel) && (mark.IsImport(told.At) || !await rows.HadAlert(patient, mark.Subject, cancel))) return;
        rows.Add(patient, await OriginOf(link, cancel), FactOf(alert with { Id = told.EventId }, link, SortOf(), mark.Subject));
    }

    /// <summary>As alerts are raised: by the last result about the same, or one of the same sample.</summary>
    private async ValueTask<bool> Repeats(string patient, AlertMark mark, CancellationToken cancel)
    {
        var known = (await rows.Criticals(patient, cancel)).Where(each => each.Body.Length > 0)
            .Select(each => JsonSerializer.Deserialize(each.Body, ChartJson.Default.AlertMark)!).ToList();
        var twin = known.Find(each => each.Subject == mark.Subject)
            ?? (mark.Sample is { } sample ? known.Find(each => each.Sample == sample) : null);
        if (twin is null) return false;
        return mark.Repeats(twin, isResolved: !await IsOpen(patient, twin, cancel));
    }

    private async ValueTask<bool> IsOpen(string patient, AlertMark mark, CancellationToken cancel) =>
        (await rows.Alerts(patient, cancel)).Exists(each => each.Fact.State == mark.Subject);

    private async ValueTask Contraindicate(string patient, AllergyContraindication issue, CancellationToken cancel)
    {
        // Where a DetectedIssue tells of it, its own row says so.
        if (told.Resource?.StartsWith("DetectedIssue/", StringComparison.Ordinal) == true) return;
        var prescription = issue.PrescriptionId ?? issue.Implicated
            .Where(reference => reference.StartsWith("MedicationRequest/", StringComparison.Ordinal))
            .Select(reference => reference.Split('/')[1])
            .FirstOrDefault();
        if (prescription is null) return;
        // The allergy's name is another record's, whose label may come later.
        var warning = new KeptWarning(IsAllergy: true, issue.Severity, "The patient has an active allergy to this medication.");
        var fact = Fact.Of(FactKind.Contraindication, told.EventId, SortOf(), warning, ChartJson.Default.KeptWarning);
        rows.Add(
            patient, await OriginOf("MedicationRequest", prescription, cancel), fact with { Link = $"MedicationRequest/{prescription}" });
    }

    private async ValueTask Sign(string patient, EncounterSigned signed, CancellationToken cancel) => rows.Add(
        patient,
        await OriginOf("Encounter", signed.EncounterId, cancel),
        new Fact(FactKind.Signature, told.EventId, SortOf(), []) { Link = $"Encounter/{signed.EncounterId}" });

    private async ValueTask Attach(string patient, RadiologyImageUploaded image, CancellationToken cancel)
    {
        if (image.StudyId is not { } study) return;
        var view = image.Resource.StartsWith("Binary/", StringComparison.Ordinal)
            ? new ImageView(image.ImageId, $"/fhir/Binary/{image.ImageId}", null, null)
            : await OfFile(image.ImageId, cancel);
        var fact = Fact.Of(FactKind.Image, told.EventId, SortOf(), view, ChartJson.Default.ImageView);
        rows.Add(patient, await OriginOf("ImagingStudy", study, cancel), fact with { Link = $"ImagingStudy/{study}" });
    }

    private async ValueTask<ImageView> OfFile(string file, CancellationToken cancel)
    {
        var uids = await ImageUids.Find(rows.Queries, rows.Tenant, file, cancel);
        return new ImageView(file, $"/api/files/{file}", uids?.SeriesUid, uids?.InstanceUid);
    }

    /// <summary>An alert that is raised again, since its result was corrected, says what the corrected one says.</summary>
    private async ValueTask Raise(string patient, AlertRaised raised, CancellationToken cancel)
    {
        var open = await rows.Alerts(patient, cancel);
        var known = open.Find(each => each.Fact.Key == raised.AlertId);
        if (known is not null && known.Since >= told.Position) return;
        var source = open.Find(each => each.Fact.Key == raised.SourceEventId);
        foreach (var over in new[] { known, source }.OfType<OpenAlert>()) await rows.End(patient, FactKind.Alert, over.Fact.Key, cancel);
        var from = source ?? known;
        var link = from?.Fact.Link ?? Unversioned(raised.Resource);
        var alert = (from is null ? AlertTexts.Of(raised) : Read(from)) with
        {
            Id = raised.AlertId,
            Type = raised.AlertType,
            Priority = raised.Priority,
            State = "raised",
            Level = raised.Level,
            DueAt = raised.DueAt,
            Owner = OwnerOf(raised.OwnerId, raised.OwnerRole),
        };
        rows.Add(
            patient, from?.Origin ?? await OriginOf(link, cancel),
            FactOf(alert, link, from?.Fact.Sort ?? SortOf(), from?.Fact.State ?? await SubjectOf(patient, raised.SourceEventId, cancel)));
    }

    /// <summary>Of a result that was critical and no alert until now, since it repeated another one.</summary>
    private async ValueTask<string?> SubjectOf(string patient, string? eventId, CancellationToken cancel)
    {
        var (key, body) = (await rows.Criticals(patient, cancel)).Find(each => each.Key == eventId && each.Body.Length > 0);
        return key is null ? null : JsonSerializer.Deserialize(body, ChartJson.Default.AlertMark)?.Subject;
    }

    private async ValueTask Change(string patient, string id, Func<ChartAlert, ChartAlert> change, CancellationToken cancel)
    {
        var open = await rows.Alerts(patient, cancel);
        if (open.Find(each => each.Fact.Key == id) is not { } found) return;
        await rows.End(patient, FactKind.Alert, id, cancel);
        rows.Add(patient, found.Origin, FactOf(change(Read(found)), found.Fact.Link, found.Fact.Sort, found.Fact.State));
    }

    private static ChartAlert Read(OpenAlert open) =>
        JsonSerializer.Deserialize(open.Fact.Body, ChartJson.Default.ChartAlert) ?? throw new JsonException("An alert is null.");

    private static Fact FactOf(ChartAlert alert, string? link, long sort, string? subject) =>
        Fact.Of(FactKind.Alert, alert.Id, sort, alert, ChartJson.Default.ChartAlert) with { Link = link, State = subject, IsLive = true };

    private static AlertOwner? OwnerOf(string? user, string? role) =>
        user is null && role is null ? null : new AlertOwner(user, null, role);

    private long SortOf() => ClinicalTime.Of(told.At);

    private static bool IsId(string? key) => key is not { Length: > LongestKey };

    private static string? Unversioned(string? reference) =>
        reference?.Split('/') is [var type, var id, ..] ? $"{type}/{id}" : null;

    private ValueTask<FactOrigin> OriginOf(string? link, CancellationToken cancel) => link?.Split('/') is [var type, var id]
        ? OriginOf(type, id, cancel)
        : ValueTask.FromResult(Foreign("Observation"));

    /// <summary>The record as it was known when the event came: one that was written later is another matter.</summary>
    private async ValueTask<FactOrigin> OriginOf(string type, string id, CancellationToken cancel) =>
        await RecordVersions.Find(rows.Queries, rows.Tenant, type, id, told.Position, cancel) is { } rid
            ? new FactOrigin(type, rid, IsKept: true) { Version = VersionOf(), Labels = told.Labels, Released = told.Released }
            : Foreign(type);

    private FactOrigin Foreign(string type) =>
        new(type, told.Position, IsKept: false) { Version = 1, Labels = told.Labels, Released = told.Released };

    private long VersionOf() =>
        told.Resource?.Split('/') is [.., "_history", var text] && long.TryParse(text, CultureInfo.InvariantCulture, out var version)
            ? version : 1;
}
