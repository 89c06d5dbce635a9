namespace UnitTests.Broker;

internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("broker-test-");

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public override string ToString() => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
