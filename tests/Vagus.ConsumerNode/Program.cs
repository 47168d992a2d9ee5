using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.ConsumerNode;
using Vagus.Storage;
using Vagus.Storage.Migrations;

// A node of a cluster that does nothing but run counting consumers: end-to-end tests kill and pause it.
//   VAGUS_POSTGRES   the database
//   CONSUMERS        how many (1 unless told)
var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddStorage(new StorageOptions { Postgres = Environment.GetEnvironmentVariable("VAGUS_POSTGRES") });
builder.Services.AddMigrations([CountingConsumer.Table]);
var count = int.Parse(Environment.GetEnvironmentVariable("CONSUMERS") ?? "1", System.Globalization.CultureInfo.InvariantCulture);
for (var number = 0; number < count; number++) builder.Services.AddSingleton(CountingConsumer.Numbered(number));

using var host = builder.Build();
await host.Services.GetRequiredService<Migrator>().Run(CancellationToken.None);
await host.RunAsync();
