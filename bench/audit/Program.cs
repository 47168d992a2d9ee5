using Vagus.Bench.Audit;
using Vagus.Identity;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

// Serves until its input ends. The line that it prints is what a load generator needs: address and token.
if (args is not [("sqlite" or "postgres") and var engine, ("kept" or "unkept") and var entries])
{
    Console.Error.WriteLine("usage: Vagus.Bench.Audit sqlite|postgres kept|unkept");
    return 1;
}

var plan = new HousePlan
{
    Identity = new IdentityOptions
    {
        PasswordIterations = 10, AccessTokenLifetime = TimeSpan.FromHours(1), RefreshIdle = TimeSpan.FromHours(1),
    },
};
await using var house = new House(
    engine == "postgres" ? Engine.Postgres : Engine.Sqlite, entries == "kept" ? plan : plan with { Change = Unkept.Change });
await house.InitializeAsync();
var tenant = await house.AddTenant();
await house.Add(new NewUser(tenant, "load@bench.example", "Load", Role.Service));
Console.WriteLine($"{house.Address} {(await house.SignIn("load@bench.example", Role.Service, tenant)).Token}");
await Console.In.ReadToEndAsync();
return 0;
