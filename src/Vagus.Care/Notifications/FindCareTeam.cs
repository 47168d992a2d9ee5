using System.Globalization;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Care.Deriving.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Care.Notifications;

/// <summary>
/// Who looks after a patient now: the members of the CareTeams who can sign in, each named as a Practitioner or by a PractitionerRole;
/// where there are none, those of open encounters and of this week's appointments.
/// </summary>
internal sealed class FindCareTeam(IFindUsers users)
{
    private const int MostPeople = 50;
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public async ValueTask<IReadOnlyList<UserFacts>> Of(WriteTransaction write, PatientId patient, CancellationToken cancel)
    {
        var teams = await Read(write, patient, "CareTeam", cancel);
        var members = await WithSignIn(write, teams.Where(IsActive).SelectMany(Members), cancel);
        if (members.Count > 0) return members;

        var encounters = (await Read(write, patient, "Encounter", cancel))
            .Where(each => each.Status() is "in-progress" or "arrived" or "triaged");
        var appointments = (await Read(write, patient, "Appointment", cancel)).Where(each => IsThisWeek(each, write.At));
        return await WithSignIn(
            write,
            encounters.SelectMany(each => each.Items("participant").SelectMany(person => PractitionersIn(person, "individual")))
                .Concat(appointments.SelectMany(each => each.Items("participant").SelectMany(person => PractitionersIn(person, "actor")))),
            cancel);
    }

    private async ValueTask<IReadOnlyList<UserFacts>> WithSignIn(
        WriteTransaction write, IEnumerable<FhirReference> people, CancellationToken cancel)
    {
        var found = new Dictionary<UserId, UserFacts>();
        foreach (var person in people.Distinct().Take(MostPeople))
        {
            if (await PractitionerOf(write, person, cancel) is { } practitioner
                && await users.OfPractitioner(write, write.Tenant, practitioner, cancel) is { } user)
            {
                found.TryAdd(user.User, user);
            }
        }

        return [.. found.Values];
    }

    /// <summary>Who has a PractitionerRole now.</summary>
    private static async ValueTask<string?> PractitionerOf(WriteTransaction write, FhirReference person, CancellationToken cancel)
    {
        if (person.Type == "Practitioner") return person.Id;
        return await CurrentRecord.Read(write, write.Tenant, person.Type, person.Id, cancel) is { } role
            ? JsonElement.Parse(role).ReferenceTo("practitioner", "Practitioner") : null;
    }

    private static ValueTask<IReadOnlyList<JsonElement>> Read(
        WriteTransaction write, PatientId patient, string type, CancellationToken cancel) =>
        RecordsOfPatient.Read(write, write.Tenant, patient, type, (_, _, body) => JsonElement.Parse(body), cancel);

    private static bool IsActive(JsonElement team) => team.Text("status") is null or "active";

    private static IEnumerable<FhirReference> Members(JsonElement team) =>
        team.Items("participant").SelectMany(person => PractitionersIn(person, "member"));

    private static IEnumerable<FhirReference> PractitionersIn(JsonElement person, string element) =>
        person.References(element).Where(reference => reference.Type is "Practitioner" or "PractitionerRole");

    private static bool IsThisWeek(JsonElement appointment, DateTimeOffset now) =>
        appointment.Status() is not ("cancelled" or "noshow" or "entered-in-error")
            && DateTimeOffset.TryParse(
                appointment.Text("start"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
            && start > now - Week && start < now + Week;
}
