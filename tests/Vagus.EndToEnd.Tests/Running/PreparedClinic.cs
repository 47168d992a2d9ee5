using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Running;

/// <summary>
/// Data that hold the clinic's people already: the operator's command makes them once per engine, and each test gets a copy. The command
/// starts a process, migrates an empty database and hashes some twenty passwords, which takes seconds; a copy takes milliseconds.
/// </summary>
internal static class PreparedClinic
{
    private static readonly Dictionary<Engine, Lazy<Task<(ServerData Data, Clinic Clinic)>>> Made = Enum.GetValues<Engine>()
        .ToDictionary(engine => engine, engine => new Lazy<Task<(ServerData, Clinic)>>(() => Make(engine)));

    public static async Task<(ServerData Data, Clinic Clinic)> Copy(Engine engine)
    {
        var (data, clinic) = await Made[engine].Value;
        return (await data.Copy(), clinic);
    }

    private static async Task<(ServerData Data, Clinic Clinic)> Make(Engine engine)
    {
        var data = await ServerData.Create(engine);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(data.Folder, recursive: true);
        return (data, await Clinic.Create(data));
    }
}
