using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Messaging.Tests;

/// <summary>Every endpoint of the room leaves an entry of the action that it declares, also where it refuses.</summary>
public sealed class RecordedCallTests(SqliteHouse house)
{
    private static readonly string[] Doors = ["/api/messages", "/api/patient-messages", "/api/patient-portal/messages", "/api/canned-responses"];

    [Fact]
    public async Task Each_call_is_in_the_audit_under_the_action_that_its_endpoint_declares()
    {
        var clinic = await house.NewClinic();
        await clinic.HasPatients("p1");
        var (nurse, patient, admin) = (
            await clinic.Has(Role.Nurse), await clinic.Has(Role.Patient, patient: "p1"), await clinic.Has(Role.Admin));
        var endpoints = house.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => Doors.Any(door => endpoint.RoutePattern.RawText!.StartsWith(door, StringComparison.Ordinal)))
            .Where(endpoint => endpoint.Metadata.GetMetadata<AuditRule>()?.Action is not null).ToList();

        Assert.InRange(endpoints.Count, 20, 60);
        foreach (var endpoint in endpoints)
        {
            var path = endpoint.RoutePattern.RawText!.Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
                .Replace("{holdId}", "h-1", StringComparison.Ordinal).Replace("{userId}", "u-1", StringComparison.Ordinal);
            var (action, verb) = (
                endpoint.Metadata.GetMetadata<AuditRule>()!.Action, endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0]);
            var staff = path.Contains("/holds", StringComparison.Ordinal) ? admin : nurse;
            var who = path.StartsWith(Doors[2], StringComparison.Ordinal) ? patient : staff;
            var before = await Count(admin, who, action!);

            var answer = verb switch
            {
                "GET" => await who.Get(path),
                "PUT" => await who.Put(path, new { }),
                "DELETE" => await who.Delete(path),
                _ => await who.Post(path, new { }),
            };

            Assert.True(answer.Status is >= 200 and < 500, $"{verb} {path}: {answer.Status} {answer.Text}");
            Assert.True(await Count(admin, who, action!) == before + 1, $"{verb} {path} left no entry of {action}: {answer.Status}");
        }
    }

    private static async Task<int> Count(Person admin, Person who, string action) =>
        (await admin.Get($"/api/audit?action={action}&user={who.Id}&limit=200")).Is(200)["items"].GetArrayLength();
}
