using System.Text.Json.Nodes;

namespace Vagus.EndToEnd.Tests.Running;

/// <summary>One user as the operator's command made it.</summary>
internal sealed record Person(string Tenant, string Email, string Password, string Role);

/// <summary>Two organizations with one user of each role, made by the command line. The passwords are the command's own.</summary>
internal sealed class Clinic
{
    public const string Tenant = "harbor";
    public const string OtherTenant = "ridge";

    /// <summary>The roles of people of the organization.</summary>
    public static readonly string[] Staff =
        ["provider", "nurse", "medical_assistant", "front_desk", "billing", "lab", "radiology", "pharmacy", "admin"];

    private static readonly string[] Roles = [.. Staff, "driver", "service"];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly List<Person> people;

    private Clinic(List<Person> people) => this.people = people;

    public Person this[string role] => Of(Tenant, role);

    public Person Of(string tenant, string role) => people.Single(person => person.Tenant == tenant && person.Role == role);

    public static async Task<Clinic> Create(ServerData data)
    {
        var asked = Path.Combine(data.Folder, "people.json");
        var made = Path.Combine(data.Folder, "sign-ins.json");
        await File.WriteAllTextAsync(
            asked, new JsonObject { ["tenants"] = new JsonArray([.. new[] { Tenant, OtherTenant }.Select(Organization)]) }.ToJsonString());
        await ChildProcess.Run(
            ["dotnet", Programs.Server, "people", "add", asked, "--out", made, "--data", data.Folder], Limit, data.Environment);
        return new Clinic([.. Read(JsonNode.Parse(await File.ReadAllTextAsync(made))!)]);
    }

    private static IEnumerable<Person> Read(JsonNode signIns) =>
        from tenant in signIns["tenants"]!.AsArray()
        from user in tenant["users"]!.AsArray()
        select new Person((string)tenant["tenant"]!, (string)user!["email"]!, (string)user["password"]!, (string)user["role"]!);

    private static JsonNode Organization(string tenant) => new JsonObject
    {
        ["tenant"] = tenant,
        ["name"] = $"{tenant} clinic",
        ["users"] = new JsonArray([.. Roles.Select(role => new JsonObject
        {
            ["email"] = $"{role}@{tenant}.example",
            ["name"] = $"Test {role}",
            ["role"] = role,
            ["fhirId"] = role is "provider" or "nurse" or "driver" ? $"{tenant}-{role}" : null,
        })]),
    };
}
