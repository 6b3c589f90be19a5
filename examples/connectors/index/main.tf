resource "kibana_connector" "index" {
  name = "ops Index"

  index {
    index                = "alert-history"
    execution_time_field = "fired_at"
  }
}
