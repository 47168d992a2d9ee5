using Microsoft.AspNetCore.Http;
using NodaTime;
using Vagus.Access.Requests;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Clinic.Time;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary><c>GET /api/appointments</c>: within the caller's reach, by their time. <c>GET /api/appointments/{id}</c>.</summary>
internal sealed class ReadAppointments(FhirRecords records, ClinicZone zones)
{
    private static readonly Refusal DateOrRange = new(
        RefusalKind.Invalid, "invalid_field", "Name either 'date', or 'from' and 'to'.");

    public async Task<IResult> One(string id, HttpContext http)
    {
        var call = records.Of(http);
        var read = await call.Read("Appointment", id);
        return read.Refusal is { } refusal ? Answers.Refuse(refusal) : Answers.Of(http, await Shown(call, read.Value));
    }

    public async Task<IResult> List(HttpContext http)
    {
        var query = ListQuery.ReadCounted(http.Request.Query, "date", "from", "to", "providerId", "patientId", "status", "seriesId");
        if (query.Refusal is { } wrong) return Answers.Refuse(wrong);
        var call = records.Of(http);
        var zone = await zones.Of(call.Caller.Tenant, call.Cancel);
        var parameters = ParametersOf(query.Value, zone);
        if (parameters.Refusal is { } unclear) return Answers.Refuse(unclear);
        var page = await SearchRecords.Page(call, "Appointment", query.Value, parameters.Value);
        if (page.Refusal is { } refusal) return Answers.Refuse(refusal);
        var names = await NamesOfRecords.In(call, page.Value.Items.SelectMany(AppointmentView.Actors));
        if (names.Refusal is { } unrecorded) return Answers.Refuse(unrecorded);
        return Answers.Page<AppointmentView>(http, new ListPage<AppointmentView>(
            [.. page.Value.Items.Select(each => AppointmentView.Of(each, names.Value))], page.Value.Total, page.Value.Cursor));
    }

    /// <summary>An appointment with the names of who takes part.</summary>
    public static async ValueTask<Result<AppointmentView>> Shown(RecordCall call, FhirRecord record)
    {
        var names = await NamesOfRecords.In(call, AppointmentView.Actors(record));
        return names.Refusal is { } unrecorded ? unrecorded : AppointmentView.Of(record, names.Value);
    }

    private static Result<List<(string Name, string? Value)>> ParametersOf(ListQuery query, DateTimeZone zone)
    {
        var (patient, provider) = (query.Id("patientId"), query.Id("providerId"));
        if ((patient.Refusal ?? provider.Refusal) is { } wrong) return wrong;
        List<(string Name, string? Value)> parameters =
        [
            ("patient", patient.Value), ("practitioner", provider.Value),
            ("identifier", query["seriesId"] is { } series ? $"{AppointmentRecord.SeriesSystem}|{SearchRecords.Literal(series)}" : null),
            ("_sort", "date"),
        ];
        if (query["status"] is { } status)
        {
            if (!AppointmentStatus.Known.Contains(status)) return FieldRefusals.Wrong("status", "a status of an appointment");
            parameters.AddRange(AppointmentStatus.Search(AppointmentStatus.WordOf(status)));
        }

        var range = RangeOf(query, zone);
        if (range.Refusal is { } unclear) return unclear;
        if (range.Value.From is { } from) parameters.Add(("date", $"ge{Instants.Write(from)}"));
        if (range.Value.To is { } to) parameters.Add(("date", $"lt{Instants.Write(to)}"));
        return parameters;
    }

    /// <summary>A day is one of the clinic's clock: 23 or 25 hours where the clocks are changed.</summary>
    private static Result<(DateTimeOffset? From, DateTimeOffset? To)> RangeOf(ListQuery query, DateTimeZone zone)
    {
        if (query["date"] is { } date)
        {
            if (query["from"] is not null || query["to"] is not null) return DateOrRange;
            return ClockTime.ParseDay(date) is { } day
                ? (DayStart(day, zone), DayStart(day.PlusDays(1), zone)) : FieldRefusals.Wrong("date", "a day such as 2026-11-26");
        }

        var (from, to) = (BoundOf(query, "from", zone, daysAfter: 0), BoundOf(query, "to", zone, daysAfter: 1));
        return (from.Refusal ?? to.Refusal) is { } wrong ? wrong : (from.Value, to.Value);
    }

    // A day as the end of a range is in it.
    private static Result<DateTimeOffset?> BoundOf(ListQuery query, string name, DateTimeZone zone, int daysAfter)
    {
        if (query[name] is not { } text) return (DateTimeOffset?)null;
        if (ClockTime.ParseDay(text) is { } day) return DayStart(day.PlusDays(daysAfter), zone);
        if (ClockTime.Parse(text) is not { } time) return FieldRefusals.Wrong(name, "a day or an instant");
        var moment = time.In(zone);
        return moment.Refusal is { } unclear ? unclear : (DateTimeOffset?)moment.Value.ToDateTimeOffset();
    }

    private static DateTimeOffset? DayStart(LocalDate day, DateTimeZone zone) => zone.AtStartOfDay(day).ToDateTimeOffset();
}
