using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary>
/// <c>vagus people add FILE --out SIGN-INS</c>: organizations and their users at once. Every password is made here; the file of sign-ins
/// is written once, for its owner's eyes only.
/// </summary>
internal static class PeopleCommands
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Command Create(ServerSettings settings)
    {
        var people = new Command("people", "Organizations with their users, from a file.");
        var file = new Argument<FileInfo>(
            "file") { Description = "JSON: { tenants: [ { tenant, name, users: [ { email, name, role, fhirId } ] } ] }." };
        var output = new Option<FileInfo>("--out") { Description = "Where the sign-ins are written; must not exist.", Required = true };
        // Before users are added: their passwords are kept nowhere else.
        output.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<FileInfo>() is { Exists: true }) given.AddError("The file of --out exists already.");
        });
        var add = new Command("add", "Adds organizations and users.") { file, output };
        add.SetAction(async (parsed, cancel) =>
        {
            var asked = JsonSerializer.Deserialize<PeopleFile>(
                await File.ReadAllTextAsync(parsed.GetRequiredValue(file).FullName, cancel), Json);
            if (asked is null) return 1;
            return await OperatorScope.Run(
                settings.Read(parsed), provider => Add(provider, asked, cancel), added => Write(parsed.GetRequiredValue(output), added),
                cancel);
        });
        people.Add(add);
        return people;
    }

    private static async ValueTask<Result<PeopleFile>> Add(IServiceProvider provider, PeopleFile asked, CancellationToken cancel)
    {
        var tenants = new List<PeopleTenant>();
        foreach (var tenant in asked.Tenants)
        {
            var id = await provider.GetRequiredService<AddTenant>().Add(tenant.Tenant, tenant.Name, cancel);
            if (id.Refusal is { } refused) return refused;
            var users = new List<Person>();
            foreach (var person in tenant.Users)
            {
                var user = await AddOne(provider.GetRequiredService<AddUser>(), id.Value, person, cancel);
                if (user.Refusal is { } no) return no;
                users.Add(user.Value);
            }

            tenants.Add(tenant with { Users = users });
        }

        return new PeopleFile(tenants);
    }

    private static async ValueTask<Result<Person>> AddOne(AddUser users, TenantId tenant, Person person, CancellationToken cancel)
    {
        if (Roles.Parse(person.Role) is not { } role)
            return new Refusal(RefusalKind.Unprocessable, "invalid_role", $"A role is one of {string.Join(", ", Roles.Names)}.");
        var added = await users.Add(
            new NewUser(tenant, person.Email, person.Name, role)
            {
                Patient = role == Role.Patient && person.FhirId is { } patient ? new PatientId(patient) : null,
                Practitioner = role == Role.Patient ? null : person.FhirId,
            },
            cancel);
        return added.Refusal is { } refused ? refused : person with { Password = added.Value.GeneratedPassword };
    }

    private static void Write(FileInfo output, PeopleFile added)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(output.FullName, options);
        JsonSerializer.Serialize(stream, added, Json);
        Console.WriteLine($"{added.Tenants.Sum(tenant => tenant.Users.Count)} users of {added.Tenants.Count} tenants added");
    }

    private sealed record PeopleFile(IReadOnlyList<PeopleTenant> Tenants);

    private sealed record PeopleTenant(string Tenant, string Name, IReadOnlyList<Person> Users);

    private sealed record Person(string Email, string Name, string Role, string? FhirId = null, string? Password = null);
}
