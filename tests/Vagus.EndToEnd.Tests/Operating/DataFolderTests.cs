using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Operating;

public sealed class DataFolderTests
{
    [Fact]
    public async Task Run_from_the_sources_the_server_keeps_its_data_where_it_is_called()
    {
        var folder = Directory.CreateTempSubdirectory("vagus-run-");
        string[] run = ["dotnet", "run", "--no-build", "-c", Programs.Configuration, "--project",
            Path.Combine(Programs.Repository, "src", "Vagus.Server"), "--"];

        await ChildProcess.Run([.. run, "tenant", "add", "x", "--name", "X"], TimeSpan.FromMinutes(2), folder: folder.FullName);

        Assert.True(File.Exists(Path.Combine(folder.FullName, "data", "vagus.db")));
        folder.Delete(recursive: true);
    }
}
