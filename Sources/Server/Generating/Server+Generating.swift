import API
import Store

extension Server {
  /// Makes plausible records in a workspace while others are served, and calls back with how many of what.
  ///
  /// Throws 409 while another generation is under way there, or when the records of this seed are there already.
  public func generate(
    _ order: GenerationRequest, in tenant: Tenant,
    _ done: @escaping (Result<[(collection: String, count: Int)], APIError>) -> Void
  ) throws {
    guard let maker = catalogue.generatorFactory else { throw APIError.resourceNotFound }
    guard !tenant.isGenerating else { throw APIError.conflict("a generation is under way in this workspace") }
    guard !Self.isThere(order, maker, tenant) else {
      throw APIError.conflict("the records of seed \(order.seed) are there already: give another seed, or reset")
    }
    tenant.isGenerating = true
    GenerationRun(order, maker, tenant, self, done).work()
  }

  /// Whether the first thing that the seed gives of any kind is in the workspace already.
  private static func isThere(_ order: GenerationRequest, _ maker: GenerationRequest.Factory, _ tenant: Tenant) -> Bool
  {
    let workspace = tenant.workspace
    let trial = Workspace(definition: workspace.definition, state: workspace.state, clock: workspace.clock)
    let firsts = maker(
      GenerationRequest(contacts: min(order.contacts, 1), companies: min(order.companies, 1), seed: order.seed), trial)
    while firsts.generateNext() {}
    return trial.takeMutations().contains { $0.before != nil }
  }
}
